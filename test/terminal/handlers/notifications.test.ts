import { expect, test } from "bun:test";

import { createTerminalBackend } from "../../../src/terminal/xterm-backend.ts";

function callsOf(...outputs: string[]): number {
  let calls = 0;
  const backend = createTerminalBackend({ rows: 4, cols: 20, onNotification: () => calls++ });
  for (const output of outputs) backend.consume(Buffer.from(output));
  backend.close();
  return calls;
}

test("a BEL alerts the user", () => {
  expect(callsOf("done\x07")).toBe(1);
  expect(callsOf("\x1b[1\x07m")).toBe(1); // inside a control sequence BEL still rings
});

test("a BEL that ends a string is no alert", () => {
  expect(callsOf("\x1b]0;title\x07\x1b]8;;https://example.com\x07link\x1b]8;;\x07")).toBe(0);
  expect(callsOf("\x1b]2;tit", "le\x07")).toBe(0);
});

test("OSC 9 and OSC 777 notifications alert the user, with either terminator", () => {
  expect(callsOf("\x1b]9;Build finished\x07")).toBe(1);
  expect(callsOf("\x1b]9;Build finished\x1b\\")).toBe(1);
  expect(callsOf("\x1b]777;notify;Title;te", "xt\x1b\\")).toBe(1);
});

test("progress reports and other commands with the same numbers do not alert", () => {
  expect(callsOf("\x1b]9;4;1;50\x07\x1b]9;4;0\x07\x1b]9;12\x07\x1b]9;\x07")).toBe(0);
  expect(callsOf("\x1b]777;precmd\x07")).toBe(0);
  expect(callsOf("\x1b]9;12 tests failed\x07")).toBe(1);
});

test("an aborted notification does not alert", () => {
  expect(callsOf("\x1b]9;Build\x18")).toBe(0);
});
