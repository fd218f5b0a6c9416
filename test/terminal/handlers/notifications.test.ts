import { expect, test } from "bun:test";

import { createTerminalBackend } from "../../../src/terminal/xterm-backend.ts";

function callsOf(...outputs: string[]): number {
  let calls = 0;
  const backend = createTerminalBackend({ rows: 4, cols: 20, onNotification: () => calls++ });
  for (const output of outputs) backend.consume(Buffer.from(output));
  backend.close();
  return calls;
}

test("a BEL calls the user", () => {
  expect(callsOf("done\x07")).toBe(1);
  expect(callsOf("\x1b[1\x07m")).toBe(1); // inside a control sequence it still rings
});

test("a BEL that ends a string is none", () => {
  expect(callsOf("\x1b]0;title\x07\x1b]8;;https://example.com\x07link\x1b]8;;\x07")).toBe(0);
  expect(callsOf("\x1b]2;tit", "le\x07")).toBe(0);
});

test("notifications of OSC 9 and OSC 777 call the user, however they end", () => {
  expect(callsOf("\x1b]9;Build finished\x07")).toBe(1);
  expect(callsOf("\x1b]9;Build finished\x1b\\")).toBe(1);
  expect(callsOf("\x1b]777;notify;Title;te", "xt\x1b\\")).toBe(1);
});

test("progress and other commands under the same numbers call nobody", () => {
  expect(callsOf("\x1b]9;4;1;50\x07\x1b]9;4;0\x07\x1b]9;12\x07\x1b]9;\x07")).toBe(0);
  expect(callsOf("\x1b]777;precmd\x07")).toBe(0);
  expect(callsOf("\x1b]9;12 tests failed\x07")).toBe(1);
});

test("a notification that was broken off calls nobody", () => {
  expect(callsOf("\x1b]9;Build\x18")).toBe(0);
});
