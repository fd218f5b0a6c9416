import { BG, CONTENT } from "./cell-bits.ts";
import type { Line } from "./xterm-core.ts";

/**
 * Replaces `copyCellsFrom` for all lines. xterm's own moves the texts of all clusters from a column
 * on, not only those of the copied cells, and so puts wrong text into other cells.
 */
export function replaceCopyCells(line: Line): void {
  const prototype: unknown = Object.getPrototypeOf(line);
  if (typeof prototype !== "object" || prototype === null) return;
  Reflect.set(prototype, "copyCellsFrom", copyCellsFrom);
}

/** Within one line the ranges may overlap; `isReverse` then starts at the end. */
function copyCellsFrom(
  this: Line,
  source: Line,
  sourceX: number,
  targetX: number,
  length: number,
  isReverse: boolean,
): void {
  for (let i = 0; i < length; i++) {
    const step = isReverse ? length - 1 - i : i;
    const from = sourceX + step;
    const to = targetX + step;
    const content = source._data[from * 3] ?? 0;
    const bg = source._data[from * 3 + 2] ?? 0;
    this._data[to * 3] = content;
    this._data[to * 3 + 1] = source._data[from * 3 + 1] ?? 0;
    this._data[to * 3 + 2] = bg;
    if ((content & CONTENT.isCombined) !== 0) this._combined[to] = source._combined[from] ?? "";
    if ((bg & BG.hasExtended) !== 0) this._extendedAttrs[to] = source._extendedAttrs[from];
  }
}
