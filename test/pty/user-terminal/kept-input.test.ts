import { expect, test } from "bun:test";

import { KeptInput } from "../../../src/pty/user-terminal/kept-input.ts";

const bytesOf = (text: string): Uint8Array => Buffer.from(text);

/** Collects what a listener gets. */
function collect(kept: KeptInput): string[] {
  const got: string[] = [];
  kept.listen((bytes) => got.push(Buffer.from(bytes).toString()));
  return got;
}

test("input between two listeners is for the next one, after what the last one left", () => {
  const kept = new KeptInput(() => {});
  kept.deliver(bytesOf("a"));
  expect(collect(kept)).toEqual(["a"]);
  kept.unlisten(bytesOf("rest"));
  kept.deliver(bytesOf("b"));
  const got = collect(kept);
  kept.deliver(bytesOf("c"));
  expect(got).toEqual(["rest", "b", "c"]);
});

test("a listener that ends within the kept input leaves the rest of it, in order", () => {
  const kept = new KeptInput(() => {});
  for (const text of ["1", "2key3", "4"]) kept.deliver(bytesOf(text));
  kept.listen((bytes) => {
    if (bytes.byteLength > 1) kept.unlisten(bytesOf("3"));
  });
  expect(collect(kept)).toEqual(["3", "4"]);
});

test("when too much is kept, the terminal has to be paused; a listener makes room", () => {
  let pauses = 0;
  const kept = new KeptInput(() => pauses++);
  const piece = new Uint8Array(300 * 1024);
  for (let i = 0; i < 3; i++) kept.deliver(piece);
  expect(pauses).toBe(0);
  kept.deliver(piece);
  expect(pauses).toBe(1);
  expect(collect(kept)).toHaveLength(4);
  kept.unlisten(bytesOf(""));
  kept.deliver(piece);
  expect(pauses).toBe(1);
});
