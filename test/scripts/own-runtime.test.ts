import { expect, test } from "bun:test";

import { makeOwnRuntime } from "../../scripts/runtime/own-runtime.ts";

const runtime = Buffer.from(await Bun.file(process.execPath).bytes());
const CHUNK_BYTES = 65_536;

/** The runtime with one text in it replaced wherever it stands. */
function runtimeWithout(text: string): Buffer {
  const bytes = Buffer.from(runtime);
  const other = text.replace(/^./, "x");
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at)) {
    bytes.write(other, at, "latin1");
  }
  return bytes;
}

function countChanges(own: Buffer): number {
  let count = 0;
  for (let from = 0; from < own.byteLength; from += CHUNK_BYTES) {
    const [before, after] = [runtime, own].map((it) => it.subarray(from, from + CHUNK_BYTES));
    if (before === undefined || after === undefined || before.equals(after)) continue;
    count += before.filter((byte, i) => byte !== after[i]).byteLength;
  }
  return count;
}

test("of a runtime only code that nobody calls, the entry and few names are changed", () => {
  const own = makeOwnRuntime(runtime);
  expect(own.byteLength).toBe(runtime.byteLength);
  expect(countChanges(own)).toBeGreaterThan(30);
  expect(countChanges(own)).toBeLessThan(600);
});

test("a runtime that is not as expected is refused, so that no build lets variables act", () => {
  for (const text of ["uv_os_environ", "uv_process_kill", "setrlimit", "getrlimit", "abort"]) {
    expect(() => makeOwnRuntime(runtimeWithout(text))).toThrow("not as scripts/runtime expects");
  }
  expect(() => makeOwnRuntime(Buffer.alloc(4096))).toThrow("neither ELF nor Mach-O");
});
