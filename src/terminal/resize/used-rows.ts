import { CONTENT } from "../xterm/cell-bits.ts";
import type { Line } from "../xterm/xterm-core.ts";

/** Whether a row has text, a style or a mark, or continues the row above. */
export function isUsed(line: Line, marks: readonly unknown[]): boolean {
  if (line.isWrapped || marks.length > 0) return true;
  const { _data } = line;
  for (let i = 0; i < _data.length; i += 3) {
    if (((_data[i] ?? 0) & CONTENT.hasContent) !== 0) return true;
    if (_data[i + 1] !== 0 || _data[i + 2] !== 0) return true;
  }
  return false;
}
