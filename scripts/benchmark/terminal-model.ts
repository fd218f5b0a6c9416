/**
 * Figures of the terminal model alone, in a process of its own: parse speed, snapshot time, the
 * longest call on hostile input. Prints them as JSON; `measureTerminalModel` runs it.
 */
import type { TerminalBackend } from "../../src/terminal/backend.ts";
import { createTerminalBackend } from "../../src/terminal/xterm-backend.ts";
import { HOSTILE_INPUT } from "./hostile-input.ts";
import { SIZE } from "./metered-terminal.ts";
import { median } from "./statistics.ts";
import { line, text, type TextKind } from "./text.ts";

const SCROLLBACK_LINES = 10_000;
const PARSE_BYTES = 32 << 20;
const CHUNK_BYTES = 64 << 10;

/** Figures of the model; times in ms, speeds in MB/s. */
export interface ModelFigures {
  parse: Record<TextKind, number>;
  snapshot: Record<TextKind, number>;
  hostile: { name: string; ms: number };
}

function feed(backend: TerminalBackend, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; at += CHUNK_BYTES) {
    backend.consume(bytes.subarray(at, at + CHUNK_BYTES));
  }
}

function newBackend(): TerminalBackend {
  return createTerminalBackend({ ...SIZE, scrollbackLines: SCROLLBACK_LINES });
}

/** As a terminal receives it: the line discipline puts a carriage return before each line feed. */
function asPrinted(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("utf8").replaceAll("\n", "\r\n"));
}

function elapsedMs(work: () => void): number {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}

function parseSpeed(kind: TextKind): number {
  const bytes = asPrinted(text(kind, PARSE_BYTES));
  const backend = newBackend();
  feed(backend, bytes.subarray(0, PARSE_BYTES / 4));
  const ms = median([1, 2, 3].map(() => elapsedMs(() => feed(backend, bytes))));
  backend.close();
  return bytes.byteLength / 1e3 / ms;
}

function snapshotMs(kind: TextKind): number {
  const backend = newBackend();
  for (let i = 0; i < SCROLLBACK_LINES + SIZE.rows; i++) {
    backend.consume(asPrinted(Buffer.from(line(kind, i))));
  }
  const times = Array.from({ length: 9 }, () => elapsedMs(() => void backend.snapshot()));
  backend.close();
  return median(times);
}

function longestHostileCall(): ModelFigures["hostile"] {
  let worst = { name: "", ms: 0 };
  const before = asPrinted(text("plain", 1 << 20));
  for (const [name, sequence] of Object.entries(HOSTILE_INPUT)) {
    const repeats = Math.ceil(CHUNK_BYTES / Buffer.byteLength(sequence));
    const chunk = Buffer.from(sequence.repeat(repeats)).subarray(0, CHUNK_BYTES);
    const backend = newBackend();
    feed(backend, before);
    const calls = Array.from({ length: 4 }, () => elapsedMs(() => backend.consume(chunk)));
    const ms = Math.max(...calls);
    if (ms > worst.ms) worst = { name, ms };
    backend.close();
  }
  return worst;
}

function eachKind(figure: (kind: TextKind) => number): Record<TextKind, number> {
  return { plain: figure("plain"), coloured: figure("coloured"), wide: figure("wide") };
}

const figures: ModelFigures = {
  parse: eachKind(parseSpeed),
  snapshot: eachKind(snapshotMs),
  hostile: longestHostileCall(),
};
console.log(JSON.stringify(figures));
