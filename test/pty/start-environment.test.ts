import { expect, test } from "bun:test";
import { ptr, type Pointer } from "bun:ffi";

import { textsBefore } from "../../src/pty/driver/hidden-texts.ts";
import { parseEnvironment, readStartEnvironment } from "../../src/pty/start-environment.ts";

test("a runtime that knows its own environment is trusted", async () => {
  expect(await readStartEnvironment()).toEqual({ ...process.env } as Record<string, string>);
});

test("strings are found before the pointers that were moved to their ends", () => {
  const texts = ["A=1", "", "LONG=" + "x".repeat(1000), "=", "UTF8=ä", "LAST="];
  // What is in front of the first one: the end of the last argument.
  const memory = Buffer.from(`argument\0${texts.join("\0")}\0`);
  const ends: bigint[] = [];
  let at = "argument\0".length;
  for (const text of texts) {
    at += Buffer.byteLength(text);
    ends.push(BigInt(ptr(memory)) + BigInt(at));
    at += 1;
  }
  const others = BigInt(ptr(memory));
  const pointers = new BigUint64Array([others, ...ends, 0n, 1n]);
  expect([...textsBefore(ptr(pointers) as Pointer)]).toEqual(texts);
});

test("texts that are not variables are left out, and the first value of a name counts", () => {
  const texts = ["A=1", "A=2", "B", "=C", "", "D==", "E="];
  expect(parseEnvironment(texts)).toEqual({ A: "1", D: "=", E: "" });
});
