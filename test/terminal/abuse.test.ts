import { expect, test } from "bun:test";
import { createTerminalBackend } from "../../src/terminal/xterm-backend.ts";
import type { TerminalBackend } from "../../src/terminal/backend.ts";
import { differences } from "./compare.ts";
import { TestModel } from "./model.ts";
import { Random } from "./program.ts";

/** Not a measure of speed: a loaded machine must not fail the test. */
const LONG_MS = 120_000;
const SIZE = { rows: 24, cols: 80 };

function follow(size: { rows: number; cols: number; scrollbackLines?: number } = SIZE): {
  backend: TerminalBackend;
  faults: string[];
} {
  const faults: string[] = [];
  const backend = createTerminalBackend({ ...size, onFault: (message) => faults.push(message) });
  return { backend, faults };
}

function survives(
  input: Uint8Array | string,
  size?: Parameters<typeof follow>[0],
): TerminalBackend {
  const { backend, faults } = follow(size);
  backend.consume(Buffer.from(input));
  backend.consume(Buffer.from("\x18\x1b[?1049l\x1b[!p\x1b[m\x1b[H\x1b[2Jalive"));
  expect(faults).toEqual([]);
  expect(Buffer.from(backend.preview()).toString()).toBe("alive");
  expect(backend.snapshot().length).toBeLessThan(32 << 20);
  return backend;
}

test(
  "sequences that crashed or stalled other terminals do neither here",
  () => {
    for (const sequence of [
      "\x1b[24;80H\x1b[1J",
      "\x1b[24;80H\x1b[?1J",
      "x\x1b[2147483647b",
      "\x1b[2147483647b",
      "\x1b[10000000S\x1b[10000000T\x1b[10000000L\x1b[10000000M",
      "\x1b[2147483647@\x1b[2147483647P\x1b[2147483647X\x1b[2147483647I\x1b[2147483647Z",
      "\x1b[2147483647 @\x1b[2147483647 A\x1b[2147483647'}\x1b[2147483647'~",
      "\x1b[2147483647;2147483647H\x1b[2147483647;2147483647r\x1b[2147483647A\x1b[2147483647B",
      `\x1b[${"1;".repeat(10_000)}m`,
      `\x1b[${"1:".repeat(10_000)}m`,
      `\x1b[${"9".repeat(10_000)}m`,
      "\x1b[4h世\x1b[80G世界\x1b[4l",
      "\x1b[?1049h\x1b[24;80H\x1b[1J\x1b[?1049l",
    ]) {
      survives(sequence);
      survives(sequence, { ...SIZE, scrollbackLines: 0 });
      survives(sequence, { rows: 1, cols: 5 });
    }
  },
  LONG_MS,
);

test(
  "a paste of 10 MB and a line of 1 MB are read, and the snapshot stays within the scrollback",
  () => {
    survives(Buffer.alloc(10 << 20, "some pasted text\r\n"));
    survives(Buffer.alloc(1 << 20, "x"));
    survives(Buffer.alloc(1 << 20, "世"));
  },
  LONG_MS,
);

test(
  "only the beginning of a 1 MB title is kept",
  () => {
    const backend = survives(`\x1b]2;${"t".repeat(1 << 20)}\x07`);
    expect(backend.snapshot().length).toBeLessThan(5000);
  },
  LONG_MS,
);

test(
  "100 000 links are all read, and those on the screen and in the scrollback are kept",
  () => {
    const model = new TestModel(SIZE);
    for (let i = 0; i < 100_000; i++) {
      model.feed(
        `\x1b]8;;http://example.org/${i}\x07link ${i}\x1b]8;;\x07${i % 10 === 9 ? "\r\n" : " "}`,
      );
    }
    const restored = model.restored();
    expect(differences(model.state, restored.state)).toEqual([]);
  },
  LONG_MS,
);

test(
  "unterminated strings are not kept whole and do not hide the text after them",
  () => {
    for (const introducer of [
      "\x1b]2;",
      "\x1b]52;c;",
      "\x1bPq",
      "\x1b_G",
      "\x1b^",
      "\x1bX",
      "\x1b]",
    ]) {
      const { backend, faults } = follow();
      backend.consume(Buffer.from(introducer));
      for (let i = 0; i < 64; i++) backend.consume(Buffer.alloc(64 << 10, "payload "));
      expect(backend.snapshot().length).toBeLessThan((1 << 20) + 1000);
      backend.consume(Buffer.from("\x1b\\alive"));
      expect(Buffer.from(backend.preview()).toString()).toBe("alive");
      expect(faults).toEqual([]);
    }
  },
  LONG_MS,
);

test(
  "combining marks stacked on one cell do not grow memory without bound",
  () => {
    const model = new TestModel(SIZE).feed(`e${"\u0301".repeat(1 << 20)}`);
    const { buffer } = model.state;
    expect(buffer.lines.get(buffer.ybase)?.getString(0).length).toBeLessThanOrEqual(32);
  },
  LONG_MS,
);

test(
  "after random bytes the model still restores correctly",
  () => {
    const random = new Random(20_26);
    const model = new TestModel({ rows: 24, cols: 80 });
    for (let round = 0; round < 200; round++) {
      const chunk = new Uint8Array(8192);
      // Half control bytes, escape sequences and text; half random bytes.
      for (let i = 0; i < chunk.length; i++) {
        const kind = random.below(8);
        if (kind === 0) chunk[i] = 0x1b;
        else if (kind < 4) chunk[i] = 0x30 + random.below(80);
        else if (kind === 4) chunk[i] = 0x5b;
        else chunk[i] = random.below(256);
      }
      model.feed(chunk);
      if (round % 10 === 0) expect(differences(model.state, model.restored().state)).toEqual([]);
    }
  },
  LONG_MS,
);
