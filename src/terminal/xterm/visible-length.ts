import { BG, COLOR, CONTENT, FG } from "./cell-bits.ts";
import type { PenWords } from "../snapshot/pen-writer.ts";
import type { Line } from "./xterm-core.ts";

/** Columns up to the last cell with text or a style that is visible on a blank. */
export function visibleLength(line: Line, cols: number): number {
  const { _data } = line;
  for (let x = cols - 1; x >= 0; x--) {
    const code = (_data[x * 3] ?? 0) & CONTENT.hasContent;
    if (code !== 0 && code !== 0x20) return x + Math.max(1, line.getWidth(x));
    if (showsOnBlank(_data[x * 3 + 1] ?? 0, _data[x * 3 + 2] ?? 0)) return x + 1;
  }
  return 0;
}

/** Whether a blank of that pen looks different from an unwritten one. */
export function isVisibleOnBlank(pen: PenWords): boolean {
  return showsOnBlank(pen.fg, pen.bg);
}

function showsOnBlank(fg: number, bg: number): boolean {
  return (
    (fg & (FG.inverse | FG.underline | FG.strikethrough)) !== 0 ||
    (bg & (COLOR.modeMask | BG.overline)) !== 0
  );
}
