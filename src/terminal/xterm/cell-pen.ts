import { BG, COLOR, CONTENT, FG, UNDERLINE_MASK, UNDERLINE_SHIFT } from "./cell-bits.ts";
import type { ExtendedAttrs, Line, Pen } from "./xterm-core.ts";

/** The style of a cell or the pen. `extended` is the same object that neighbouring cells share. */
export interface CellPen {
  fg: number;
  bg: number;
  ext: number;
  linkId: number;
  extended: ExtendedAttrs | undefined;
}

const NO_EXTENSION = BG.hasExtended;
const BLANK = 1 << CONTENT.widthShift;

export function cellPen(line: Line, x: number): CellPen {
  const bg = line._data[x * 3 + 2] ?? 0;
  const extended = (bg & BG.hasExtended) !== 0 ? line._extendedAttrs[x] : undefined;
  const fg = (line._data[x * 3 + 1] ?? 0) | 0;
  const ext = extended?._ext ?? 0;
  // DECALN underlines without naming a style.
  const isUnstyled = (fg & FG.underline) !== 0 && (ext & UNDERLINE_MASK) === 0;
  return {
    fg,
    bg: (bg & ~NO_EXTENSION) | 0,
    ext: isUnstyled ? ext | (1 << UNDERLINE_SHIFT) : ext,
    linkId: extended?._urlId ?? 0,
    extended,
  };
}

/** The pen in attributes of xterm: those that text is written with, or that were saved. */
export function toCellPen({
  fg,
  bg,
  extended,
}: Pick<Pen, "fg" | "bg"> & { extended: ExtendedAttrs | undefined }): CellPen {
  return {
    fg: fg | 0,
    bg: (bg & ~NO_EXTENSION) | 0,
    ext: extended?._ext ?? 0,
    linkId: extended?._urlId ?? 0,
    extended,
  };
}

export function isSamePen(a: CellPen, b: CellPen): boolean {
  return a.fg === b.fg && a.bg === b.bg && a.ext === b.ext && a.linkId === b.linkId;
}

/** A cell that shows nothing but its background. Not half of a wide character. */
export function isPlainBlank(line: Line, x: number): boolean {
  const { _data } = line;
  return (
    _data[x * 3] === BLANK &&
    _data[x * 3 + 1] === 0 &&
    ((_data[x * 3 + 2] ?? 0) & ~COLOR.mask) === 0
  );
}

/**
 * A blank with more than a background. Erasing never leaves one, but overwriting half of a wide
 * character does. It is written as a space of the same style.
 */
export function isStyledBlank(line: Line, x: number): boolean {
  const { _data } = line;
  if (((_data[x * 3] ?? 0) & CONTENT.hasContent) !== 0) return false;
  return _data[x * 3 + 1] !== 0 || ((_data[x * 3 + 2] ?? 0) & ~COLOR.mask) !== 0;
}
