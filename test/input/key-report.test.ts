import { expect, test } from "bun:test";

import { MODIFIER, readKeyReport } from "../../src/input/key-report.ts";
import {
  bytesOfName,
  CURSOR_KEYS,
  nameOfCode,
  nameOfForm,
  PLAIN_KEYS,
  SHIFT_TAB,
} from "../../src/input/key-table.ts";
import { parseKey } from "../../src/input/key-names.ts";

const KEYS = [...CURSOR_KEYS, ...PLAIN_KEYS, SHIFT_TAB];

test("a key is reported by its code, in the kitty protocol and by modifyOtherKeys", () => {
  const report = { kind: "code", code: 97, modifiers: MODIFIER.ctrl, isRelease: false, text: "" };
  for (const body of ["97;5u", "97:65:97;5:1u", "97;5:2u", "27;5;97~"]) {
    expect(readKeyReport(body)).toMatchObject(report);
  }
  expect(readKeyReport("97;5:3u")).toMatchObject({ ...report, isRelease: true });
  expect(readKeyReport("97u")).toMatchObject({ ...report, modifiers: 0 });
  expect(readKeyReport("97;2;65:66u")).toMatchObject({ modifiers: MODIFIER.shift, text: "AB" });
});

test("a key with a name is reported by its final byte or number", () => {
  const report = { kind: "function", modifiers: 0, isRelease: false };
  expect(readKeyReport("A")).toMatchObject({ ...report, form: "A" });
  expect(readKeyReport("1;5A")).toMatchObject({ ...report, form: "A", modifiers: MODIFIER.ctrl });
  expect(readKeyReport("15;2~")).toMatchObject({ form: "15~", modifiers: MODIFIER.shift });
  expect(readKeyReport("1;1:3A")).toMatchObject({ form: "A", isRelease: true });
});

test("answers, mouse reports and what is too long are no keys", () => {
  for (const body of ["5;10R", "?62;4c", "<0;1;2M", "0u", "1114112u", "97;5;1;1u", "4;1$y"]) {
    expect(readKeyReport(body)).toBeUndefined();
  }
});

test("what a terminal sends for a key is read as that key, whichever name it goes by", () => {
  for (const { name, aliases, bytes, forms, codes } of KEYS) {
    for (const word of [name, ...aliases]) expect(bytesOfName(word)).toBe(bytes);
    for (const form of forms) expect(nameOfForm(form)).toBe(name);
    for (const code of codes) expect(nameOfCode(code)).toBe(name);
    expect(parseKey(name)).toBe(name);
  }
});

test("no two keys share a name, a sequence or a code", () => {
  for (const list of [
    KEYS.flatMap(({ name, aliases }) => [name, ...aliases]),
    KEYS.map(({ bytes }) => bytes),
    KEYS.flatMap(({ forms }) => forms),
    KEYS.flatMap(({ codes }) => codes),
  ]) {
    expect(new Set<unknown>(list).size).toBe(list.length);
  }
});
