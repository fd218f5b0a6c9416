import { CONTENT } from "./cell-bits.ts";
import { cellPen, isPlainBlank, isSamePen } from "./cell-pen.ts";
import type { Line } from "./xterm-core.ts";

/**
 * Whether a row's last column is a blank left by a wide character that did not fit, in that
 * character's style. Such a blank is not part of the line.
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
 * Adds to a row from the archive the blank left by the wide character in the next row. Blanks of the
 * line itself are spaces in the archive.
 */
export function leaveToWide(line: Line, next: Line): void {
  const x = line.length - 1;
  if (next.getWidth(0) !== 2 || !isPlainBlank(line, x)) return;
  line.copyCellsFrom(next, 0, x, 1, false);
  line._data[x * 3] = 1 << CONTENT.widthShift;
}
