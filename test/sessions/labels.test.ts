import { expect, test } from "bun:test";

import { encodeUtf8 } from "../../src/protocol/utf8.ts";
import { changeLabels, decodeLabels } from "../../src/sessions/labels.ts";

test("changes are merged into existing labels, empty values remove labels, and keys are sorted", () => {
  const labels = changeLabels({ b: "1", c: "1" }, { c: "", a: "2", d: "" });
  expect(Object.entries(labels)).toEqual([
    ["a", "2"],
    ["b", "1"],
  ]);
});

test("a session full of labels can change or remove one, but not get another", () => {
  const full = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`k${i}`, "1"]));
  expect(changeLabels(full, { k0: "2" })).toMatchObject({ k0: "2" });
  expect(Object.keys(changeLabels(full, { k0: "", more: "1" }))).toHaveLength(64);
  expect(() => changeLabels(full, { more: "1" })).toThrow("64 labels at most");
});

test.each([
  ["labels", "env=ci\0note=a=b\0", { env: "ci", note: "a=b" }],
  ["nothing", "", {}],
  ["a label that is cut off", "env=ci\0rol", { env: "ci" }],
  ["what no label can be", "env=ci\0=x\0a b=x\0k=\x1b[m\0__proto__=x\0", { env: "ci" }],
])("an answer with %s is read", (_, text, labels) => {
  expect(decodeLabels(encodeUtf8(text))).toEqual(labels);
});

test("a reply that is not UTF-8 has no labels", () => {
  expect(decodeLabels(Uint8Array.of(0x6b, 0x3d, 0xff, 0))).toEqual({});
});
