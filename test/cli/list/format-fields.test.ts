import { expect, test } from "bun:test";

import { formatFields, type FieldValue } from "../../../src/cli/list/format-fields.ts";

const FIELDS = new Map<string, FieldValue>([
  ["name", "work"],
  ["attention", 2],
  ["clients", 0],
  ["isCurrent", false],
  ["at", null],
  ["agentLine", "a\x1b[2Jb\nc"],
]);

test("fields are filled in, everything else stays", () => {
  expect(formatFields("[{name}] {attention} 100%", FIELDS)).toBe("[work] 2 100%");
  expect(formatFields("{clients}{at}", FIELDS)).toBe("0");
});

test("a text hangs on a field that says something", () => {
  expect(formatFields("{attention?! }{name}{clients? here}{at?x}{isCurrent?y}", FIELDS)).toBe(
    "! work",
  );
  expect(formatFields("{name?a?b}", FIELDS)).toBe("a?b");
});

test("doubled braces are braces", () => {
  expect(formatFields("{{name}} {{{name}}}", FIELDS)).toBe("{name} {work}");
});

test("what a value holds cannot change the terminal, nor be taken for a field", () => {
  expect(formatFields("{agentLine}", FIELDS)).toBe("a\\u001b[2Jb\\nc");
  expect(formatFields("{x}", new Map([["x", "{name}"]]))).toBe("{name}");
});

test("an unknown field and a brace alone are wrong use", () => {
  expect(() => formatFields("{nam}", FIELDS)).toThrow(
    "Unknown field '{nam}'. Did you mean '{name}'?",
  );
  expect(() => formatFields("{}", FIELDS)).toThrow("Unknown field '{}'");
  for (const format of ["{name", "name}", "{a b}"]) {
    expect(() => formatFields(format, FIELDS)).toThrow("Unmatched '");
  }
});
