/**
 * How xterm packs a cell: three words in `BufferLine._data`, and `ExtendedAttrs._ext` for the
 * underline's style and colour.
 */

export const CONTENT = {
  codePoint: 0x1fffff,
  isCombined: 0x200000,
  hasContent: 0x3fffff,
  widthShift: 22,
} as const;

export const FG = {
  inverse: 0x4000000,
  bold: 0x8000000,
  underline: 0x10000000,
  blink: 0x20000000,
  invisible: 0x40000000,
  strikethrough: 0x80000000,
} as const;

export const BG = {
  italic: 0x4000000,
  dim: 0x8000000,
  hasExtended: 0x10000000,
  protected: 0x20000000,
  overline: 0x40000000,
} as const;

export const COLOR = {
  mask: 0x3ffffff,
  modeMask: 0x3000000,
  palette16: 0x1000000,
  palette256: 0x2000000,
  rgb: 0x3000000,
} as const;

/** Bits 26–28 of `ExtendedAttrs._ext`: 0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed. */
export const UNDERLINE_SHIFT = 26;
export const UNDERLINE_MASK = 0x1c000000;
