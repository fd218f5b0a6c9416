import { describe, expect, test } from "bun:test";
import { RenderState, Terminal } from "libghostty-vt";
import { TestModel } from "./model.ts";
import { Random, randomProgram } from "./program.ts";
import { cutsOf, readRecordings } from "./recordings.ts";

/**
 * Ghostty's terminal, which shares no code with ours, reads the snapshots. Exceptions by name:
 *
 * - wrap-flags: terminals differ in when a row stops being a continuation (in xterm, erasing at its
 *   start is enough). That affects only the text a selection copies; not compared.
 * - ignored-format: Ghostty drops zero width spaces, Hangul fillers and emoji selectors without an
 *   emoji; ours keeps them in their cell.
 * - joined-by-cell: Ghostty joins the parts of a cluster even if they were printed separately; the
 *   random programs of this file print no such parts.
 */
const LONG_MS = 120_000;
const CLUSTER_PARTS = /\u200d|\u20e3|[\u{1f3fb}-\u{1f3ff}]|[\u{1f1e6}-\u{1f1ff}]/gu;
const IGNORED_FORMAT = /\u200b|\u1160|\ufe0f/g;

function readWith(bytes: Uint8Array, rows: number, cols: number): Terminal {
  const terminal = new Terminal({ rows, cols, maxScrollback: 10_000_000 });
  // Clusters are enabled by default in the program, but not in the library.
  terminal.vtWrite(Buffer.from("\x1b[?2027h"));
  terminal.vtWrite(bytes);
  return terminal;
}

/** The screen as lines of JSON with styles and links, so that differences are readable. */
function screenOf(terminal: Terminal): string[] {
  using render = new RenderState();
  render.update(terminal);
  return [...render.rows()].map((row) =>
    [...row.cells()].map((cell) => JSON.stringify({ ...cell, text: cell.text || " " })).join("\n"),
  );
}

describe.each(readRecordings())("$name", ({ bytes }) => {
  test(
    "looks the same to a second terminal after its bytes and after a snapshot",
    () => {
      for (const cut of cutsOf(bytes, 60)) {
        const output = bytes.subarray(0, cut);
        using one = readWith(output, 24, 80);
        using two = readWith(new TestModel({ rows: 24, cols: 80 }).feed(output).snapshot(), 24, 80);
        expect(two.snapshot()).toEqual(one.snapshot());
        expect(screenOf(two)).toEqual(screenOf(one));
      }
    },
    LONG_MS,
  );
});

test(
  "a second terminal shows the same as the model for snapshots of random programs",
  () => {
    const failures: string[] = [];
    for (let seed = 1; seed <= 2000 && failures.length < 10; seed++) {
      const random = new Random(seed);
      const size = random.pick([
        { rows: 6, cols: 12 },
        { rows: 4, cols: 9 },
        { rows: 10, cols: 20 },
      ]);
      const model = new TestModel(size).feed(
        randomProgram(random, size).replace(CLUSTER_PARTS, ""),
      );
      using terminal = readWith(model.snapshot(), size.rows, size.cols);
      const difference = firstDifference(model, terminal);
      if (difference !== undefined) failures.push(`seed ${seed}: ${difference}`);
    }
    expect(failures).toEqual([]);
  },
  LONG_MS,
);

function firstDifference({ state }: TestModel, terminal: Terminal): string | undefined {
  const { buffer, core } = state;
  const read = terminal.snapshot();
  const facts = [
    ["column", Math.min(buffer.x, core.cols - 1), read.cursor.x],
    ["row", buffer.y, read.cursor.y],
    ["visible", !core.coreService.isCursorHidden, read.cursor.visible],
    ["screen", state.isAlt ? "alternate" : "primary", read.activeScreen],
    ["title", state.titles.title, read.title ?? ""],
    ["scrollback", state.isAlt ? read.scrollbackRows : buffer.ybase, read.scrollbackRows],
  ];
  for (const [name, ours, theirs] of facts) {
    if (ours !== theirs) return `${name} ${ours} read as ${theirs}`;
  }
  using render = new RenderState();
  render.update(terminal);
  for (const row of render.rows()) {
    const line = buffer.lines.get(buffer.ybase + row.y);
    for (const cell of row.cells()) {
      const ours = line?.getString(cell.x).replace(IGNORED_FORMAT, "").trim() ?? "";
      const theirs = cell.text.replace(IGNORED_FORMAT, "").trim();
      if (ours !== theirs) return `row ${row.y} column ${cell.x} "${ours}" read as "${theirs}"`;
    }
  }
  return undefined;
}
