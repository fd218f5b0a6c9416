import { expect, test } from "bun:test";
import { RenderState, Terminal } from "libghostty-vt";

import { TestModel } from "../model.ts";
import { Random } from "../program.ts";

const ROWS = 8;
/** No text reaches the edge: terminals differ in what cancels a wrap that is pending there. */
const COLS = 200;

function randomStep(random: Random): string {
  const count = 1 + random.below(3);
  const left = 1 + random.below(10);
  return random.pick([
    `\x1b[${left};${left + 1 + random.below(10)}s`,
    `\x1b[${1 + random.below(4)};${5 + random.below(4)}r`,
    `\x1b[${1 + random.below(ROWS)};${1 + random.below(20)}H`,
    "text",
    "0123456789012345",
    "\r\n",
    "\n",
    "\x1bM",
    ...["L", "M", "@", "P", "S", "T"].map((it) => `\x1b[${count}${it}`),
  ]);
}

function cellsOf({ state: { buffer } }: TestModel): string[] {
  return Array.from({ length: ROWS }, (_, y) => {
    const line = buffer.lines.get(buffer.ybase + y);
    const cells = Array.from({ length: COLS }, (_, x) => line?.getString(x) || " ");
    return cells.join("").trimEnd();
  });
}

function screenOf(terminal: Terminal): string[] {
  using render = new RenderState();
  render.update(terminal);
  return [...render.rows()].map((row) =>
    [...row.cells()]
      .map((cell) => (cell.text === "" ? " " : cell.text))
      .join("")
      .trimEnd(),
  );
}

test("text between left and right margins is where a second terminal puts it", () => {
  const failures: string[] = [];
  for (let seed = 1; seed <= 600 && failures.length < 5; seed++) {
    const random = new Random(seed);
    const steps = Array.from({ length: 25 }, () => randomStep(random));
    const output = Buffer.from(["\x1b[?69h", ...steps].join(""));
    const model = new TestModel({ rows: ROWS, cols: COLS });
    // In pieces: the result does not depend on where output is cut.
    for (let at = 0; at < output.length; at += 7) model.feed(output.subarray(at, at + 7));
    using terminal = new Terminal({ rows: ROWS, cols: COLS });
    terminal.vtWrite(output);
    const [ours, theirs] = [cellsOf(model), screenOf(terminal)];
    if (!Bun.deepEquals(ours, theirs)) {
      failures.push(`seed ${seed} ${JSON.stringify([output.toString(), ours, theirs])}`);
    }
  }
  expect(failures).toEqual([]);
}, 60_000);
