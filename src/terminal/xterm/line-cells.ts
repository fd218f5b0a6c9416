import { CONTENT } from "./cell-bits.ts";
import type { Line, Pen } from "./xterm-core.ts";

/** A cell that was never written to. */
export const NULL_CONTENT = 1 << CONTENT.widthShift;

let template = new Uint32Array(0);

/** A line's worth of equal cells, kept from call to call: programs erase with the same pen. */
function templateLine(length: number, content: number, bg: number): Uint32Array {
  const isSame =
    template.length === length * 3 && template[0] === content && template[2] === bg >>> 0;
  if (isSame) return template;
  template = new Uint32Array(length * 3);
  for (let i = 0; i < template.length; i += 3) {
    template[i] = content;
    template[i + 2] = bg;
  }
  return template;
}

export function fillLine(line: Line, content: number, bg: number): void {
  line._data.set(templateLine(line.length, content, bg));
  line._combined = {};
  line._extendedAttrs = {};
  line.isWrapped = false;
}

/** Makes a line as if never written to, some ten times as fast as xterm. */
export function blankLine(line: Line, bg: number): void {
  fillLine(line, NULL_CONTENT, bg);
}

/** Moves the cells `x`…`right` of a line right and blanks the freed ones. */
export function insertCells(line: Line, x: number, right: number, count: number, pen: Pen): void {
  const width = Math.min(count, right + 1 - x);
  splitWideCells(line, [x, right + 1], pen);
  line.copyCellsFrom(line, x, x + width, right + 1 - x - width, true);
  blankCells(line, x, x + width, pen);
  if (line.getWidth(right) === 2) blankCells(line, right, right + 1, pen);
}

/** Deletes `count` cells at `x`: moves the cells up to `right` left and blanks the freed ones. */
export function deleteCells(line: Line, x: number, right: number, count: number, pen: Pen): void {
  const width = Math.min(count, right + 1 - x);
  splitWideCells(line, [x, x + width, right + 1], pen);
  line.copyCellsFrom(line, x + width, x, right + 1 - x - width, false);
  blankCells(line, right + 1 - width, right + 1, pen);
}

function splitWideCells(line: Line, columns: readonly number[], pen: Pen): void {
  for (const x of columns) {
    if (x > 0 && x < line.length && line.getWidth(x - 1) === 2) blankCells(line, x - 1, x + 1, pen);
  }
}

function blankCells(line: Line, from: number, to: number, pen: Pen): void {
  for (let x = from; x < to; x++) line.setCellFromCodepoint(x, 0, 1, pen);
}
