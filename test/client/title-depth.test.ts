import { expect, test } from "bun:test";

import { TerminalUse } from "../../src/client/terminal-use.ts";

function depthOf(...chunks: string[]): number {
  const use = new TerminalUse({ onPasteModeOff() {} });
  for (const chunk of chunks) use.follow(Buffer.from(chunk));
  return use.titleDepth;
}

test("pushes count until they are popped, title and icon each for itself", () => {
  expect(depthOf("\x1b[22;0t")).toBe(1);
  expect(depthOf("\x1b[22;0t text \x1b[22;2t\x1b[22;1t")).toBe(2);
  expect(depthOf("\x1b[22;0t\x1b[23;0t\x1b[23;0t\x1b[22;2t")).toBe(1);
  expect(depthOf("\x1b[22t\x1b[2;3H\x1b[24;0t")).toBe(1);
});

test("a push is counted once wherever the output is cut", () => {
  const text = "a\x1b[22;0tb\x1b[2mc\x1b[22;2td";
  for (let cut = 0; cut <= text.length; cut++) {
    expect(depthOf(text.slice(0, cut), text.slice(cut))).toBe(2);
  }
  expect(depthOf(...text)).toBe(2);
});
