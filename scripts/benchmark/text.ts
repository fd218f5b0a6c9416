import { closeSync, openSync, writeSync } from "node:fs";

export const TEXT_KINDS = ["plain", "coloured", "wide"] as const;
export type TextKind = (typeof TEXT_KINDS)[number];

/** Columns of a line of plain text. */
const LINE_COLS = 78;
/** Lines after which the text repeats. */
const PERIOD_LINES = 5000;

const WORDS = "the quick brown fox jumps over a lazy dog while ninety builds pass 0123456789".split(
  " ",
);
const WIDE_WORDS = "端末 画面 世界 文字 保存 接続 한국어 터미널 你好 滚动".split(" ");

/** A line of text with its line feed. */
export function line(kind: TextKind, index: number): string {
  switch (kind) {
    case "plain":
      return plainLine(index);
    case "coloured":
      return colouredLine(index);
    case "wide":
      return wideLine(index);
  }
}

/** At least so many bytes of text, in whole lines. */
export function text(kind: TextKind, minBytes: number): Buffer {
  const parts: Buffer[] = [];
  for (let size = 0, index = 0; size < minBytes; index++) {
    const part = Buffer.from(line(kind, index % PERIOD_LINES));
    parts.push(part);
    size += part.byteLength;
  }
  return Buffer.concat(parts);
}

/** Writes a file of at least that size, which is then in the page cache. */
export function writeText(path: string, kind: TextKind, minBytes: number): void {
  const block = text(kind, Math.min(minBytes, 1 << 20));
  const fd = openSync(path, "w");
  for (let size = 0; size < minBytes; size += block.byteLength) writeSync(fd, block);
  closeSync(fd);
}

function plainLine(index: number): string {
  let line = `${index}`;
  for (let i = index; line.length < LINE_COLS; i++) line += ` ${WORDS[i % WORDS.length]}`;
  return `${line.slice(0, LINE_COLS)}\n`;
}

/** Every other word has a different style, as in coloured builds: 16, 256 and true colours. */
function colouredLine(index: number): string {
  let line = "";
  for (let cols = 0, i = index; cols < LINE_COLS - 10; i++) {
    const word = WORDS[i % WORDS.length] ?? "";
    const looks = [`${31 + (i % 7)}`, `1;38;5;${i % 256}`, `38;2;${i % 256};9;200`, `4;9${i % 8}`];
    line += i % 2 === 0 ? `\x1b[${looks[(i >> 1) % 4]}m${word}\x1b[0m ` : `${word} `;
    cols += word.length + 1;
  }
  return `${line}\n`;
}

function wideLine(index: number): string {
  let line = "";
  for (let cols = 0, i = index; cols < LINE_COLS - 8; i++) {
    const word = WIDE_WORDS[i % WIDE_WORDS.length] ?? "";
    line += `${word} `;
    cols += word.length * 2 + 1;
  }
  return `${line}\n`;
}
