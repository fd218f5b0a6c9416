import { expect, test } from "bun:test";

import {
  readHistory,
  readScreen,
  readSnapshotText,
  type Snapshot,
} from "../../../src/terminal/read/read-snapshot.ts";
import { plainLine } from "../../../src/terminal/read/styled-line.ts";
import { createTerminalBackend } from "../../../src/terminal/xterm-backend.ts";
import { captureOf } from "../capture-of.ts";

function snapshotOf(output: string, rows = 5, cols = 10): Snapshot {
  const model = createTerminalBackend({ rows, cols });
  model.consume(Buffer.from(output));
  const snapshot = captureOf(model, 1000);
  model.close();
  return snapshot;
}

test("wrapped lines are joined; spaces at line ends and empty lines at the end are left out", () => {
  const snapshot = snapshotOf(
    `one  \r\n${"w".repeat(25)}\r\n\r\n a\tb\r\n${"x".repeat(10)}\r\n\r\n`,
  );
  expect(readSnapshotText(snapshot)).toEqual([
    "one",
    "w".repeat(25),
    "",
    " a      b",
    "x".repeat(10),
  ]);
});

test("spaces inside a wrapped line stay", () => {
  expect(readSnapshotText(snapshotOf("1234567   890"))).toEqual(["1234567   890"]);
  expect(readSnapshotText(snapshotOf("1234567      890"))).toEqual(["1234567      890"]);
});

test("wide characters leave no gap where they wrap, and combining ones stay on their base", () => {
  expect(readSnapshotText(snapshotOf("日本語日本語日本語 e\u0301\u0323."))).toEqual([
    "日本語日本語日本語 e\u0301\u0323.",
  ]);
  expect(readSnapshotText(snapshotOf("123456789日本"))).toEqual(["123456789日本"]);
  expect(readSnapshotText(snapshotOf("👩‍👩‍👧 👍🏽 🇩🇪"))).toEqual(["👩‍👩‍👧 👍🏽 🇩🇪"]);
});

test("text can begin at any row, but never in the middle of a line", () => {
  const snapshot = snapshotOf(`a\r\n${"w".repeat(25)}\r\nb\r\nc\r\nd`);
  const all = ["a", "w".repeat(25), "b", "c", "d"];
  expect([0, 1, 2, 3, 4, 99].map((row) => readSnapshotText(snapshot, row))).toEqual([
    all,
    all.slice(1),
    all.slice(1),
    all.slice(1),
    all.slice(2),
    [],
  ]);
});

test("the alternate screen follows the normal one, and its text may begin at any row too", () => {
  const snapshot = snapshotOf("a\r\nb\r\n\x1b[?1049h\x1b[Halt\r\n\r\nend");
  expect(readSnapshotText(snapshot)).toEqual(["a", "b", "alt", "", "end"]);
  expect(readSnapshotText(snapshot, 1)).toEqual(["b", "alt", "", "end"]);
  expect(readHistory(snapshot)).toMatchObject({ isAlternateScreen: true, screenLine: 2 });
});

test("the screen's place among the lines is known, also when a line reaches into it", () => {
  expect(readHistory(snapshotOf("a\r\nb\r\nc", 2)).screenLine).toBe(1);
  expect(readHistory(snapshotOf(`a\r\nb\r\n${"w".repeat(15)}\r\nc`, 2)).screenLine).toBe(2);
  expect(readHistory(snapshotOf("")).screenLine).toBe(0);
});

test("the screen has one line for each of its rows, and none from the scrollback", () => {
  const screen = readScreen(snapshotOf(`a\r\nb\r\n${"w".repeat(15)}\r\nc`, 4));
  expect(screen.lines.map(plainLine)).toEqual(["b", "w".repeat(10), "w".repeat(5), "c"]);
  expect(readScreen(snapshotOf("x", 3)).lines.map(plainLine)).toEqual(["x", "", ""]);
});

test("cursor, title and directory are reported, without control characters", () => {
  const output = "\x1b]2;my \u009btitle\x07\x1b]7;file://host/a%20b%1b/c\x07\r\nab\x1b[?25l";
  expect(readHistory(snapshotOf(output))).toMatchObject({
    rows: 5,
    cols: 10,
    cursor: { row: 1, col: 2, isVisible: false },
    cwd: "/a b/c",
    isAlternateScreen: false,
  });
  expect(readHistory(snapshotOf("\x1b]2;title\x07\x1b]7;file:///%zz\x07"))).toMatchObject({
    title: "title",
    cwd: "",
  });
  expect(readHistory(snapshotOf("0123456789")).cursor).toMatchObject({ row: 0, col: 9 });
});

test("a cursor after the last line is reported, one anywhere else is not", () => {
  expect(readHistory(snapshotOf("a\r\n$  ")).cursorDistance).toBe(2);
  expect(readHistory(snapshotOf(`a\r\n${"w".repeat(12)}`)).cursorDistance).toBe(0);
  expect(readHistory(snapshotOf("a\r\n")).cursorDistance).toBeUndefined();
  expect(readHistory(snapshotOf("abc\r")).cursorDistance).toBeUndefined();
});

test("an incomplete sequence or character at the end of the output is kept", () => {
  const unfinished = (output: string) => Buffer.from(readHistory(snapshotOf(output)).unfinished);
  expect(unfinished("a\x1b[3").toString()).toBe("\x1b[3");
  expect(unfinished("done")).toHaveLength(0);
});

test("a screen with one column can be read", () => {
  expect(readSnapshotText(snapshotOf("ab", 2, 1)).join("")).toBe("ab");
});

test("100 000 lines are all read", () => {
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => `line ${i}`).join("\r\n"));
  const lines = readSnapshotText({ rows: 24, cols: 80, bytes });
  expect(lines).toHaveLength(100_000);
  expect(lines.at(-1)).toBe("line 99999");
});
