import { expect, test } from "bun:test";
import { RenderState, Terminal } from "libghostty-vt";

import { readSnapshotText } from "../../src/terminal/read/read-snapshot.ts";
import { historyOf } from "./compare.ts";
import { TestModel } from "./model.ts";
import { Random, randomProgram } from "./program.ts";

const PROGRAMS = Number(process.env["TSM_RESIZES"] ?? 3000);
const FIRST_SEED = Number(process.env["TSM_SEED"] ?? 1);

const SIZES = [
  { rows: 6, cols: 12 },
  { rows: 4, cols: 9 },
  { rows: 10, cols: 20 },
  { rows: 24, cols: 80 },
];

interface Picture {
  /** All characters except spaces. */
  text: string;
  /** The lines kept above the normal screen, wrapped lines joined. */
  history: string[];
  /** The visible rows, without trailing spaces. */
  screen: string[];
  cursor: [x: number, y: number];
}

function pictureOf(model: TestModel): Picture {
  const { state } = model;
  const { normal, core } = state;
  const screen = model.screen().map((row) => row.trimEnd());
  const history = historyOf(state);
  const { rows, cols } = core;
  const text = readSnapshotText({ rows, cols, bytes: model.snapshot() })
    .join("")
    .replace(/\s/g, "");
  return { text, history, screen, cursor: [normal.x, normal.y] };
}

/**
 * The allowed differences after resizing there and back, by name and with the reason:
 *
 * - blank-continuation: if a line continues in a row of spaces only, it ends with its last character
 *   afterwards, so that row does not come back.
 * - pending-wrap: a cursor past the last column is at the start of the next row after the line was
 *   reflowed; text printed next appears in the same place.
 * - wide-gap: a cursor in the last column, left empty because a wide character did not fit, is on that
 *   character afterwards.
 */
function mayDiffer(model: TestModel): boolean {
  const { normal, core } = model.state;
  const rows = Array.from({ length: normal.lines.length }, (_, y) => normal.lines.get(y));
  const hasBlankContinuation = rows.some(
    (row, y) => row?.isWrapped === true && model.text(y).trim() === "",
  );
  const isInWideGap =
    normal.x === core.cols - 1 &&
    rows[normal.ybase + normal.y + 1]?.isWrapped === true &&
    rows[normal.ybase + normal.y + 1]?.getWidth(0) === 2;
  return hasBlankContinuation || normal.x >= core.cols || isInWideGap;
}

function randomSize(random: Random): [rows: number, cols: number] {
  return [1 + random.below(30), random.chance(20) ? 2 : 2 + random.below(100)];
}

function resizeAndBack(seed: number): { found: string[]; isException: boolean } {
  const random = new Random(seed);
  const size = random.pick(SIZES);
  const model = new TestModel({ ...size, modelRows: random.pick([1, 2, 100]) });
  model.feed(randomProgram(random, size));
  // The alternate screen is cut, and redrawn by its program: only the normal one is checked here.
  model.feed("\x1b\\\x1b[?1049l");
  const isException = mayDiffer(model);
  const before = pictureOf(model);
  const sizes = Array.from({ length: 1 + random.below(5) }, () => randomSize(random));
  for (const [rows, cols] of sizes) model.resize(rows, cols);
  model.resize(size.rows, size.cols);
  const after = pictureOf(model);
  const compared = isException
    ? (["text"] as const)
    : (["text", "history", "screen", "cursor"] as const);
  const found = compared
    .filter((what) => !Bun.deepEquals(before[what], after[what]))
    .map((what) => {
      const [one, two] = [before[what], after[what]].map((it) => JSON.stringify(it));
      return `seed ${seed}, ${sizes.join(" ")}: ${what} ${one} became ${two}`;
    });
  return { found, isException };
}

test("after any resizes and back to the first size the normal screen is unchanged", () => {
  const failures: string[] = [];
  let exceptions = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + PROGRAMS && failures.length < 10; seed++) {
    const { found, isException } = resizeAndBack(seed);
    failures.push(...found);
    if (isException) exceptions++;
  }
  expect(failures).toEqual([]);
  expect(exceptions).toBeLessThan(PROGRAMS / 5);
}, 300_000);

/** A shell session: lines of all lengths, some wide or styled, and a half-typed command. */
function randomLines(random: Random): string {
  const words = ["a", "word", "漢字", "\x1b[31mred\x1b[m", "longer-word", "1234567890", " "];
  const line = (): string =>
    Array.from({ length: random.below(14) }, () => random.pick(words)).join(random.pick(["", " "]));
  const lines = Array.from({ length: random.below(30) }, line);
  return [...lines, `$ ${line()}`].join("\r\n");
}

function screenOf(terminal: Terminal): string[] {
  using render = new RenderState();
  render.update(terminal);
  return [...render.rows()].map((row) =>
    [...row.cells()]
      .map((cell) => cell.text)
      .join("")
      .trimEnd(),
  );
}

/**
 * Ghostty's terminal reflows the same output. The allowed differences, by name:
 *
 * - rows-from-history: the number of rows that return from the scrollback when a terminal grows; so
 *   rows are compared upwards from the last one, as many as both terminals show.
 * - cursor: Ghostty leaves the cursor in its row when the cursor's line gets more rows.
 */
test("a second terminal reflows lines as the model does", () => {
  const failures: string[] = [];
  for (let seed = 1; seed <= 2000 && failures.length < 10; seed++) {
    const random = new Random(seed);
    const [rows, cols] = [2 + random.below(20), 5 + random.below(40)];
    const model = new TestModel({ rows, cols });
    using terminal = new Terminal({ rows, cols, maxScrollback: 10_000_000 });
    const output = Buffer.from(randomLines(random));
    model.feed(output);
    terminal.vtWrite(output);
    const [newRows, newCols] = randomSize(random);
    model.resize(newRows, newCols);
    terminal.resize(newCols, newRows);
    const [ours, theirs] = [pictureOf(model).screen, screenOf(terminal)].map(usedRows);
    const count = Math.min(ours?.length ?? 0, theirs?.length ?? 0);
    const [one, two] = [ours?.slice(-count), theirs?.slice(-count)];
    if (Bun.deepEquals(one, two)) continue;
    const [left, right] = [one, two].map((it) => JSON.stringify(it));
    failures.push(`seed ${seed}, ${cols} to ${newCols}: ${left} is ${right}`);
  }
  expect(failures).toEqual([]);
}, 60_000);

/** The rows without empty ones at the end. */
function usedRows(rows: string[]): string[] {
  return rows.slice(0, rows.findLastIndex((row) => row !== "") + 1);
}
