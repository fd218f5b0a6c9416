import { afterEach, beforeEach, expect, test } from "bun:test";

import { ModelFeed } from "../../../src/daemon/terminal/model-feed.ts";
import type { TerminalBackend } from "../../../src/terminal/backend.ts";
import { createTerminalBackend } from "../../../src/terminal/xterm-backend.ts";
import { until } from "../../e2e/support/sandbox.ts";

const MIB = 1024 * 1024;

let backend: TerminalBackend;
let feed: ModelFeed;
let given: Uint8Array[];
let timesCaughtUp: number;

beforeEach(() => {
  given = [];
  timesCaughtUp = 0;
  backend = createTerminalBackend({ rows: 5, cols: 40 });
  feed = new ModelFeed(
    backend,
    (chunk) => given.push(chunk),
    () => timesCaughtUp++,
  );
});
afterEach(() => backend.close());

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));
const shown = (): string => Bun.stripANSI(Buffer.from(backend.preview()).toString());

test("output is parsed in a later turn, and its memory is given back then", async () => {
  const chunk = bytesOf("hello");
  feed.push(chunk);
  expect(shown()).toBe("");
  expect(given).toEqual([]);
  await until(() => given.length === 1, "the chunk to be parsed");
  expect(given[0]).toBe(chunk);
  expect(shown()).toBe("hello");
});

test("after catching up the model shows all output that came before", () => {
  for (let line = 0; line < 100; line++) feed.push(bytesOf(`line ${line}\r\n`));
  feed.catchUp();
  expect(shown().split("\r\n")).toEqual(["line 96", "line 97", "line 98", "line 99"]);
  expect(given).toHaveLength(100);
  feed.catchUp();
  expect(given).toHaveLength(100);
});

test("each change has a revision of its own, and catching up is none", () => {
  const before = feed.revision;
  feed.push(bytesOf("x"));
  const pushed = feed.revision;
  expect(pushed).not.toBe(before);
  feed.catchUp();
  expect(feed.revision).toBe(pushed);
  feed.noteChange();
  expect(feed.revision).not.toBe(pushed);
});

test("a flood of plain lines is skipped, and the screen is the same as if it was parsed", () => {
  const lines = Array.from({ length: 60_000 }, (_, at) => `plain line number ${at}\r\n`);
  for (let at = 0; at < lines.length; at += 1000) {
    feed.push(bytesOf(lines.slice(at, at + 1000).join("")));
  }
  feed.catchUp();
  expect(shown().split("\r\n").at(-1)).toBe("plain line number 59999");
  expect(feed.isBehind).toBe(false);
  expect(given).toHaveLength(60);
});

test("output that cannot be skipped makes the program wait, and the end of the wait is reported once", async () => {
  const piece = "\x1b[2;2Hx";
  for (let pushed = 0; pushed < 9 * MIB; pushed += piece.length * 10_000) {
    feed.push(bytesOf(piece.repeat(10_000)));
  }
  expect(feed.isBehind).toBe(true);
  expect(timesCaughtUp).toBe(0);
  await until(() => !feed.isBehind, "the model to be up to date");
  expect(timesCaughtUp).toBe(1);
  feed.catchUp();
  expect(timesCaughtUp).toBe(1);
  expect(shown()).toBe("\r\n x");
});
