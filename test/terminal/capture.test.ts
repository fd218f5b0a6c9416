import { expect, test } from "bun:test";

import { createTerminalBackend } from "../../src/terminal/xterm-backend.ts";
import { captureOf } from "./capture-of.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function modelWith(output: string) {
  const model = createTerminalBackend({ rows: 4, cols: 10 });
  model.consume(Buffer.from(output));
  return model;
}

test("a capture has the requested number of lines above the screen, and never half of a wrapped line", () => {
  const model = modelWith(`one\r\n${"w".repeat(25)}\r\nthree\r\na\r\nb\r\nc\r\nd`);
  expect(text(captureOf(model, 0).bytes)).toBe("a\r\nb\r\nc\r\nd");
  expect(text(captureOf(model, 1).bytes)).toBe("three\r\na\r\nb\r\nc\r\nd");
  expect(text(captureOf(model, 2).bytes)).toBe(`${"w".repeat(25)}\r\nthree\r\na\r\nb\r\nc\r\nd`);
  expect(text(captureOf(model, 99).bytes)).toBe(text(model.snapshot()));
});

test("a captured screen looks the same in another terminal", () => {
  const model = modelWith(`\x1b[31mred\x1b[m\r\n${"x\r\n".repeat(9)}\x1b[1mlast\x1b[2;3H`);
  const { rows, cols, bytes } = captureOf(model, 2);
  const other = createTerminalBackend({ rows, cols });
  other.consume(bytes);
  expect(text(other.preview())).toBe(text(model.preview()));
  expect(text(captureOf(other, 0).bytes)).toBe(text(captureOf(model, 0).bytes));
});

test("the row of the last run moves with scrolling, and is the first row once it has scrolled out", () => {
  const model = createTerminalBackend({ rows: 4, cols: 10, scrollbackLines: 5 });
  expect(captureOf(model, 99).runRow).toBeUndefined();
  model.consume(Buffer.from("a\r\nb\r\n"));
  model.markRun();
  expect(captureOf(model, 99).runRow).toBe(2);
  model.consume(Buffer.from("x\r\n".repeat(4)));
  expect([captureOf(model, 99).runRow, captureOf(model, 0).runRow]).toEqual([2, 0]);
  model.consume(Buffer.from("x\r\n".repeat(4)));
  expect(captureOf(model, 99).runRow).toBe(0);
});
