import { expect, test } from "bun:test";

import { makeOwnRuntime } from "../../scripts/runtime/own-runtime.ts";

const runtime = await Bun.file(process.execPath).bytes();

/** The runtime with one text in it replaced wherever it stands. */
function runtimeWithout(text: string): Buffer {
  const bytes = Buffer.from(runtime);
  const other = text.replace(/^./, "x");
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at)) {
    bytes.write(other, at, "latin1");
  }
  return bytes;
}

test("of a runtime only some code that nobody calls, the entry and one name are changed", () => {
  const own = makeOwnRuntime(runtime);
  expect(own.byteLength).toBe(runtime.byteLength);
  let changed = 0;
  for (const [at, byte] of own.entries()) if (byte !== runtime[at]) changed++;
  expect(changed).toBeGreaterThan(10);
  expect(changed).toBeLessThan(100);
});

test("a runtime that is not as expected is refused, so that no build lets variables act", () => {
  for (const text of ["uv_os_environ", "uv_os_unsetenv", "setrlimit", "getrlimit"]) {
    expect(() => makeOwnRuntime(runtimeWithout(text))).toThrow(
      /is not as scripts\/runtime expects it: .*(environ|unsetenv|rlimit)/,
    );
  }
  expect(() => makeOwnRuntime(Buffer.alloc(4096))).toThrow("neither ELF nor Mach-O");
});
