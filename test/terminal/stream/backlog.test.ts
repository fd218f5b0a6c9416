import { describe, expect, test } from "bun:test";

import { Backlog } from "../../../src/terminal/stream/backlog.ts";
import { PlainScan } from "../../../src/terminal/stream/plain-scan.ts";
import { skipDistance } from "../../../src/terminal/xterm/skip-distance.ts";
import { differences } from "../compare.ts";
import { TestModel } from "../model.ts";
import { Random, randomProgram } from "../program.ts";

const FLOODS = Number(process.env["TSM_FLOODS"] ?? 600);
const SIZE = { rows: 5, cols: 14, scrollbackLines: 20 };

/** A model that counts what it has to parse. */
class CountingModel extends TestModel {
  parsedBytes = 0;

  consume(bytes: Uint8Array): void {
    this.parsedBytes += bytes.byteLength;
    this.feed(bytes);
  }

  skipDistance(): number | undefined {
    return skipDistance(this.state);
  }
}

const STYLES = [
  "",
  "",
  "\x1b[31m",
  "\x1b[0m",
  "\x1b[m",
  "\x1b[0;1;44m",
  "\x1b[4:3;58:5:9m",
  "\x1b[48;2;1;2;3m",
  "\x1b[7m",
];
const TEXTS = [
  "line",
  "",
  "a longer line that wraps",
  "tab\tbed",
  "漢字",
  "é ö",
  "\r",
  "x".repeat(14),
  "\x1b[39m",
];

/** Mostly lines of plain text, sometimes another sequence. */
function randomFlood(random: Random): string {
  let out = "";
  for (let part = random.below(4); part >= 0; part--) {
    if (random.chance(25)) out += randomProgram(random, SIZE);
    // Usually back to a state in which text scrolls.
    if (random.chance(70)) out += "\x18\x1b[?1049l\x1b[r";
    for (let line = random.below(400); line > 0; line--) {
      out +=
        random.pick(STYLES) +
        random.pick(TEXTS) +
        random.pick(["\r\n", "\r\n", "\r\n", "\n", "\r\n\r\n"]);
    }
  }
  return out;
}

function flood(seed: number): { found: string[]; saved: number } {
  const random = new Random(seed);
  const bytes = new Uint8Array(Buffer.from(randomFlood(random)));
  const parsed = new CountingModel(SIZE);
  const skipped = new CountingModel(SIZE);
  const backlog = new Backlog(() => {});
  for (let start = 0; start < bytes.length;) {
    const end = Math.min(bytes.length, start + 1 + random.below(random.chance(30) ? 5 : 700));
    const chunk = bytes.slice(start, end);
    parsed.consume(chunk);
    backlog.push(chunk);
    if (random.chance(15)) backlog.skip(skipped);
    if (random.chance(15)) backlog.parse(skipped, random.below(2000));
    start = end;
  }
  backlog.skip(skipped);
  backlog.parse(skipped, Number.POSITIVE_INFINITY);
  return {
    found: differences(parsed.state, skipped.state).map((text) => `seed ${seed}: ${text}`),
    saved: parsed.parsedBytes - skipped.parsedBytes,
  };
}

describe("output whose lines will all scroll out of the scrollback", () => {
  test("can be skipped with exactly the same result as parsing it all", () => {
    const failures: string[] = [];
    let saved = 0;
    for (let seed = 1; seed <= FLOODS && failures.length < 10; seed++) {
      const result = flood(seed);
      failures.push(...result.found.slice(0, 3));
      saved += result.saved;
    }
    expect(failures).toEqual([]);
    // Skipping nothing would be exact, too.
    expect(saved).toBeGreaterThan(FLOODS * 500);
  }, 120_000);

  test("is mostly not parsed in a flood of lines", () => {
    const model = new CountingModel(SIZE);
    const backlog = new Backlog(() => {});
    const chunk = new Uint8Array(Buffer.from("plain text\r\n".repeat(500)));
    for (let i = 0; i < 100; i++) {
      backlog.push(chunk.slice());
      backlog.skip(model);
    }
    backlog.parse(model, Number.POSITIVE_INFINITY);
    expect(model.parsedBytes).toBeLessThan(3 * chunk.byteLength);
  });

  test("is returned completely, chunk by chunk", () => {
    const given: number[] = [];
    const model = new CountingModel(SIZE);
    const backlog = new Backlog((chunk) => given.push(chunk.buffer.byteLength));
    for (let i = 0; i < 10; i++) backlog.push(new Uint8Array(Buffer.alloc(1200, "line\r\n")));
    backlog.skip(model);
    backlog.parse(model, 700);
    backlog.parse(model, Number.POSITIVE_INFINITY);
    expect(given).toEqual(Array.from({ length: 10 }, () => 1200));
    expect(backlog.byteLength).toBe(0);
  });
});

describe("plain text", () => {
  const isPlain = (...chunks: string[]): boolean[] => {
    const scan = new PlainScan();
    return chunks.map((chunk) => scan.look(Buffer.from(chunk, "latin1")).isPlain);
  };

  test("is text, tab, CR, LF and SGR, even if a sequence is cut", () => {
    expect(isPlain("text\twith é\r\n\x1b[1;38:5:3m", "\x1b", "[", "3", "1m", "x")).toEqual([
      true,
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  test("excludes everything whose effect could outlive its line", () => {
    for (const text of [
      "\x07",
      "\x08",
      "\x0b",
      "\x0e",
      "\x1bM",
      "\x1b[H",
      "\x1b[?1m",
      "\xc2\x9b",
      "\x1b]0;t\x07",
    ]) {
      expect(isPlain(text)).toEqual([false]);
    }
    expect(isPlain("\x1b[3", "1H")).toEqual([true, false]);
    expect(isPlain("\xc2", "\x85")).toEqual([true, false]);
  });
});
