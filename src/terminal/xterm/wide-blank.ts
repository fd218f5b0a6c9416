import { CONTENT } from "./cell-bits.ts";
import { cellPen, isPlainBlank, isSamePen } from "./cell-pen.ts";
import type { Line } from "./xterm-core.ts";

/**
 * Whether a wide character that did not fit into a row's last column has left it blank, with the look
 * of the character: then the blank is no part of the line.
 */
export function isLeftByWideCharacter(line: Line, next: Line, cols: number): boolean {
  const last = line._data[(cols - 1) * 3] ?? 0;
  return (
    (last & CONTENT.hasContent) === 0 &&
    last >>> CONTENT.widthShift === 1 &&
    next.getWidth(0) === 2 &&
    isSamePen(cellPen(line, cols - 1), cellPen(next, 0))
  );
}

/**
 * Gives a row that comes out of the archive the blank that the wide character in the next one has left.
 * Blanks of the line itself are spaces there.
 */
export function leaveToWide(line: Line, next: Line): void {
  const x = line.length - 1;
  if (next.getWidth(0) !== 2 || !isPlainBlank(line, x)) return;
  line.copyCellsFrom(next, 0, x, 1, false);
  line._data[x * 3] = 1 << CONTENT.widthShift;
}
