import { ByteWriter } from "./byte-writer.ts";
import { cellPen } from "../xterm/cell-pen.ts";
import { sgrChange } from "./pen-writer.ts";
import type { TerminalState } from "../terminal-state.ts";
import { visibleLength } from "../xterm/visible-length.ts";
import { lineAt, type Line } from "../xterm/xterm-core.ts";

const DEFAULT_PEN = { fg: 0, bg: 0, ext: 0 };

/** Drawn from the cells: only text and SGR of a program's output reach the reader. */
export function writePreview(state: TerminalState): Uint8Array {
  const { core, buffer } = state;
  const out = new ByteWriter();
  let usedSize = 0;
  for (let row = 0; row < core.rows; row++) {
    if (row > 0) out.ascii("\r\n");
    const line = lineAt(buffer, buffer.ybase + row);
    const end = visibleLength(line, core.cols);
    writeLine(out, line, end);
    if (end > 0) usedSize = out.size;
  }
  out.truncate(usedSize);
  return out.finish();
}

function writeLine(out: ByteWriter, line: Line, end: number): void {
  let pen: { fg: number; bg: number; ext: number } = DEFAULT_PEN;
  for (let x = 0; x < end; x += Math.max(1, line.getWidth(x))) {
    const next = cellPen(line, x);
    out.ascii(sgrChange(pen, next));
    pen = next;
    out.text(line.getString(x) || " ");
  }
  if (sgrChange(pen, DEFAULT_PEN) !== "") out.ascii("\x1b[m");
}
