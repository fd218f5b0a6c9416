import { expect, test } from "bun:test";

import {
  JsonPrinter,
  RawPrinter,
  TextPrinter,
  type LivePrinter,
} from "../../../src/cli/read/live-printers.ts";
import { readHistory, type History } from "../../../src/terminal/read/read-snapshot.ts";

function historyOf(output: string): History {
  return readHistory({ rows: 5, cols: 20, bytes: Buffer.from(output) });
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (printed: string | Uint8Array): string => Buffer.from(printed).toString();

function begin(printer: LivePrinter, output: string, count = 10): string {
  return text(printer.begin(historyOf(output), count));
}

test("a line that the cursor stands behind is left open, blanks and all", () => {
  expect(begin(new RawPrinter(), "a\r\n\x1b[1m$  \x1b[m")).toBe("a\n\x1b[1m$\x1b[m  ");
  expect(begin(new TextPrinter(), "a\r\n\x1b[1m$  \x1b[m")).toBe("a\n$  ");
  expect(begin(new TextPrinter(), "a\r\n\x1b[44m$  ")).toBe("a\n$  ");
  expect(begin(new JsonPrinter(), "a\r\n$ ")).toBe('{"line":"a"}\n');
});

test("a line that the cursor is elsewhere than behind is complete", () => {
  for (const output of ["a\r\nb\r\n", "a\r\nb\r"]) {
    expect(begin(new RawPrinter(), output)).toBe("a\nb\n");
    expect(begin(new TextPrinter(), output)).toBe("a\nb\n");
    expect(begin(new JsonPrinter(), output)).toBe('{"line":"a"}\n{"line":"b"}\n');
  }
});

test("only the last lines are printed, or none", () => {
  const lines = "a\r\nb\r\nc\r\n";
  expect(begin(new RawPrinter(), lines, 2)).toBe("b\nc\n");
  expect(begin(new TextPrinter(), lines, 1)).toBe("c\n");
  for (const printer of [new RawPrinter(), new TextPrinter(), new JsonPrinter()]) {
    expect(begin(printer, `${lines}$ `, 0)).toBe("");
  }
});

test("a sequence that has begun before goes on in the live output", () => {
  const raw = new RawPrinter();
  expect(begin(raw, "a\r\n\x1b[3") + text(raw.push(bytes("1mb")))).toBe("a\n\x1b[31mb");
  const plain = new TextPrinter();
  expect(begin(plain, "a\r\n\x1b[3") + plain.push(bytes("1mb"))).toBe("a\nb");
});

test("where output was left out, half a sequence does not hide what follows", () => {
  const raw = new RawPrinter();
  begin(raw, "a\r\n");
  raw.push(bytes("\x1b]2;ti"));
  expect(text(raw.skip(historyOf("x\x1b[3"))) + text(raw.push(bytes("1my")))).toBe(
    "\x1b\\\x1b[31my",
  );
  const plain = new TextPrinter();
  begin(plain, "a\r\n");
  expect(plain.push(bytes("b\x1b]2;ti"))).toBe("b");
  expect(plain.skip(historyOf("x")) + plain.push(bytes("y\r\n"))).toBe("y\n");
  const json = new JsonPrinter();
  begin(json, "a\r\n");
  expect(json.push(bytes("b"))).toBe("");
  expect(json.skip(historyOf("x")) + json.push(bytes("y\r\n"))).toBe(
    '{"line":"b"}\n{"line":"y"}\n',
  );
});

test("lines of live output become objects when they are complete, the last at the end", () => {
  const printer = new JsonPrinter();
  begin(printer, "");
  expect(printer.push(bytes('a"b'))).toBe("");
  expect(printer.push(bytes("c\r\n\r\n\x1b[1md\r"))).toBe('{"line":"a\\"bc"}\n{"line":""}\n');
  expect(printer.push(bytes("\ne"))).toBe('{"line":"d"}\n');
  expect(printer.end()).toBe('{"line":"e"}\n');
  expect(printer.end()).toBe("");
});

test("a line without end is printed in parts, so that it takes no memory", () => {
  const printer = new JsonPrinter();
  begin(printer, "");
  const part = Buffer.alloc(64 << 10, "x");
  let printed = 0;
  for (let round = 0; round < 64; round++) printed += printer.push(part).length;
  expect(printed).toBeGreaterThan(3 << 20);
});
