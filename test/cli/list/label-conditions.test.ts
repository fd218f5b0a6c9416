import { expect, test } from "bun:test";

import { parseConditions } from "../../../src/cli/list/label-conditions.ts";

const labels = { env: "ci", note: "a=b", role: "db" };

test("a value has to be the same, and a key alone has to be there", () => {
  expect(parseConditions("env=ci")(labels)).toBe(true);
  expect(parseConditions("env=c")(labels)).toBe(false);
  expect(parseConditions("note=a=b")(labels)).toBe(true);
  expect(parseConditions("role")(labels)).toBe(true);
  expect(parseConditions("team")(labels)).toBe(false);
});

test("an empty value means that there is no such label", () => {
  expect(parseConditions("team=")(labels)).toBe(true);
  expect(parseConditions("role=")(labels)).toBe(false);
});

test("of several conditions all have to hold", () => {
  expect(parseConditions("env=ci,role,team=")(labels)).toBe(true);
  expect(parseConditions("env=ci,role=web")(labels)).toBe(false);
});

test("names that every object knows are no labels", () => {
  expect(parseConditions("constructor")({})).toBe(false);
  expect(parseConditions("toString=")({})).toBe(true);
});

test.each(["", "=ci", "env=ci,", ",env", "a b=c", "env=\x07", "-x"])("%j is wrong use", (text) => {
  expect(() => parseConditions(text)).toThrow(expect.objectContaining({ code: "usage" }));
});
