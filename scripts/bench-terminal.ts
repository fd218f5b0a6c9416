#!/usr/bin/env bun
/** Prints the figures of the terminal model: parse speed, snapshot time, memory, hostile input. */
import { readFileSync } from "node:fs";
import { createTerminalBackend } from "../src/terminal/xterm-backend.ts";
import type { TerminalBackend } from "../src/terminal/backend.ts";

const COLS = 80;
const ROWS = 24;
const SCROLLBACK_LINES = 10_000;
const PARSE_BYTES = 32 << 20;
const CHUNK_BYTES = 64 << 10;

const WORDS = "the quick brown fox jumps over a lazy dog while ninety builds pass 0123456789".split(
  " ",
);

function plainLine(index: number): string {
  let line = `${index} `;
  for (let i = index; line.length < COLS - 12; i++) line += `${WORDS[i % WORDS.length]} `;
  return `${line.trimEnd()}\r\n`;
}

/** A run of another look every other word, as a coloured build or listing has. */
function colouredLine(index: number): string {
  let line = "";
  for (let width = 0, i = index; width < COLS - 12; i++) {
    const word = WORDS[i % WORDS.length] ?? "";
    const colours = [
      `${31 + (i % 7)}`,
      `1;38;5;${i % 256}`,
      `38;2;${i % 256};9;200`,
      `4;9${i % 8}`,
    ];
    line += i % 2 === 0 ? `\x1b[${colours[i % 4]}m${word}\x1b[0m ` : `${word} `;
    width += word.length + 1;
  }
  return `${line}\r\n`;
}

function stream(line: (index: number) => string, bytes: number): Uint8Array {
  const parts: string[] = [];
  for (let size = 0, i = 0; size < bytes; i++) {
    const text = line(i % 5000);
    parts.push(text);
    size += text.length;
  }
  return Buffer.from(parts.join(""));
}

function feed(backend: TerminalBackend, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
    backend.consume(bytes.subarray(at, at + CHUNK_BYTES));
}

function newBackend(): TerminalBackend {
  return createTerminalBackend({ rows: ROWS, cols: COLS, scrollbackLines: SCROLLBACK_LINES });
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function timeMs(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function print(what: string, value: number, unit: string): void {
  console.log(`${what.padEnd(44)} ${value.toFixed(1).padStart(9)} ${unit}`);
}

function benchParse(name: string, line: (index: number) => string): void {
  const bytes = stream(line, PARSE_BYTES);
  const backend = newBackend();
  feed(backend, bytes.subarray(0, PARSE_BYTES / 4));
  const ms = median([1, 2, 3].map(() => timeMs(() => feed(backend, bytes))));
  print(`parse ${name}`, bytes.length / 1e6 / (ms / 1000), "MB/s");
  backend.close();
}

function benchSnapshot(name: string, line: (index: number) => string): void {
  const backend = newBackend();
  for (let i = 0; i < SCROLLBACK_LINES + ROWS; i++) backend.consume(Buffer.from(line(i)));
  let size = 0;
  const times = Array.from({ length: 9 }, () => timeMs(() => (size = backend.snapshot().length)));
  print(`snapshot of ${SCROLLBACK_LINES} lines ${name}, first`, times[0] ?? 0, "ms");
  print(`snapshot of ${SCROLLBACK_LINES} lines ${name}, median`, median(times), "ms");
  print(`  its size`, size / 1024, "KiB");
  backend.close();
}

/** Private memory of this process, or 0 where the kernel does not tell. */
function privateMiB(): number {
  Bun.gc(true);
  try {
    const text = readFileSync("/proc/self/smaps_rollup", "latin1");
    const sum = [...text.matchAll(/^Private_(?:Clean|Dirty): +(\d+)/gm)].reduce(
      (total, [, kib]) => total + Number(kib),
      0,
    );
    return sum / 1024;
  } catch {
    return 0;
  }
}

async function measureMemory(name: string, line: (index: number) => string): Promise<void> {
  const before = privateMiB();
  const backend = newBackend();
  for (let i = 0; i < SCROLLBACK_LINES * 2; i++) backend.consume(Buffer.from(line(i)));
  // The allocator gives pages back a while after they became free.
  await Bun.sleep(1500);
  print(`private memory before, ${name}`, before, "MiB");
  print(`private memory with full scrollback, ${name}`, privateMiB(), "MiB");
  backend.close();
}

const REPEATED: Record<string, string> = {
  "erase display": "\x1b[2J",
  "erase above": "\x1b[24;80H\x1b[1J",
  "repeat character": "x\x1b[2147483647b",
  "scroll up": "\x1b[10000000S",
  "scroll down": "\x1b[10000000T",
  "insert lines": "\x1b[10000000L",
  "reverse index": "\x1bM",
  "alignment pattern": "\x1b#8",
  "alternate screen": "\x1b[?1049h\x1b[?1049l",
  reset: "\x1bc",
  links: "\x1b]8;;http://example.org/\x07x",
  title: "\x1b]2;t\x07",
  "insert characters": "\x1b[H\x1b[80@",
  "insert columns": "\x1b[H\x1b[80'}",
  "soft reset": "\x1b[!p",
  tabs: "\x1b[3g\t\r",
  marks: "\x1b[24;1H\x1b]133;A\x07\n",
  "wide characters": "世",
  "combining marks": "e\u0301",
  "many marks": "\u0301",
  emoji: "👩‍👩‍👧‍👦",
};

function benchHostile(): void {
  let worst = { name: "", ms: 0 };
  for (const [name, text] of Object.entries(REPEATED)) {
    const chunk = Buffer.from(
      text.repeat(Math.ceil(CHUNK_BYTES / Buffer.byteLength(text))),
    ).subarray(0, CHUNK_BYTES);
    const backend = newBackend();
    feed(backend, stream(plainLine, 1 << 20));
    const ms = Math.max(...Array.from({ length: 4 }, () => timeMs(() => backend.consume(chunk))));
    if (ms > worst.ms) worst = { name, ms };
    if (ms > 20) print(`64 KiB of ${name}`, ms, "ms");
    backend.close();
  }
  print(`longest call on 64 KiB of hostile input (${worst.name})`, worst.ms, "ms");
}

const only = process.argv[2];
if (only === undefined || only === "memory") await measureMemory("plain", plainLine);
if (only === "memory-coloured") await measureMemory("coloured", colouredLine);
if (only === undefined || only === "parse") {
  benchParse("plain", plainLine);
  benchParse("coloured", colouredLine);
}
if (only === undefined || only === "snapshot") {
  benchSnapshot("plain", plainLine);
  benchSnapshot("coloured", colouredLine);
}
if (only === undefined || only === "hostile") benchHostile();
