import { expect, test } from "bun:test";

import { createTerminalBackend } from "../../../src/terminal/xterm-backend.ts";

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const LINE = " builtin . '/run/tsm/..run-a'";

/** A screen with `LINE` typed after a prompt, and its text after the replacement. */
function shownAfter(
  before: string,
  shown: string,
  { cols = 40, rows = 6, typed = LINE } = {},
): { text: string; bytes: string } {
  const model = createTerminalBackend({ rows, cols });
  model.consume(Buffer.from(`${before}${LINE}\r\n`));
  const bytes = model.replaceTyped(typed, shown);
  model.consume(bytes);
  model.consume(Buffer.from("output"));
  return { text: decode(model.preview()), bytes: decode(bytes) };
}

test("the typed line is replaced by the shown text, and output continues below", () => {
  expect(shownAfter("$ ", "make test").text).toBe("$ make test\r\noutput");
  expect(shownAfter("old\r\n\x1b[1m$\x1b[m ", "a\nb").text).toBe(
    "old\r\n\x1b[1m$\x1b[m a\r\nb\r\noutput",
  );
});

test("a wrapped line is found from its end", () => {
  expect(shownAfter("prompt $ ", "ls", { cols: 20 }).text).toBe("prompt $ ls\r\noutput");
  expect(shownAfter("12345678901$ ", "ls", { cols: 11 }).text).toBe(
    "12345678901\r\n$ ls\r\noutput",
  );
});

test("the replacement also works at the bottom of the screen", () => {
  const { text } = shownAfter("1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n$ ", "ls");
  expect(text).toBe("3\r\n4\r\n5\r\n6\r\n$ ls\r\noutput");
});

test("nothing is changed unless exactly that line is there", () => {
  expect(shownAfter("$ ", "ls", { typed: " builtin . '/other'" }).bytes).toBe("");
  expect(shownAfter("$ ", "ls", { typed: `x${LINE}` }).bytes).toBe("");
  const model = createTerminalBackend({ rows: 6, cols: 40 });
  expect(decode(model.replaceTyped(LINE, "ls"))).toBe("");
  model.consume(Buffer.from(`$ ${LINE}\r\n[1] done\r\n`));
  expect(decode(model.replaceTyped(LINE, "ls"))).toBe("");
  model.consume(Buffer.from(`\x1b[?1049h$ ${LINE}\r\n`));
  expect(decode(model.replaceTyped(LINE, "ls"))).toBe("");
});

test("a line whose beginning has scrolled off the screen is not changed", () => {
  expect(shownAfter("$ ", "ls", { cols: 8, rows: 2 }).bytes).toBe("");
});

test("the shown text cannot move the cursor, and is cut when it is long", () => {
  expect(shownAfter("$ ", "a\x1b[2Jb\tc\x07").text).toBe("$ a?[2Jb  c?\r\noutput");
  const { bytes } = shownAfter("$ ", "line\n".repeat(30), { rows: 40 });
  expect(bytes.split("\r\n").slice(-2)).toEqual(["… 20 more lines", ""]);
});
