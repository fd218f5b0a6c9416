import type { ViewFrame, ViewPort } from "../backend.ts";
import { ByteWriter } from "./byte-writer.ts";
import { CONTENT } from "../xterm/cell-bits.ts";
import { cellPen } from "../xterm/cell-pen.ts";
import { PenTracker } from "./pen-tracker.ts";
import { cursorStyleParameter } from "../handlers/queries.ts";
import type { TerminalState } from "../terminal-state.ts";
import { lineAt, type Line } from "../xterm/xterm-core.ts";

/** Sequences that undo each of the settings. */
export const SETTING_RESETS: readonly string[] = [
  "\x1b[?1l",
  "\x1b>",
  "\x1b[?2004l",
  "\x1b[?5l",
  "\x1b[0 q",
  "\x1b[=0;1u",
  "\x1b[>4m",
  `\x1b]104\x1b\\${[10, 11, 12].map((color) => `\x1b]${color + 100}\x1b\\`).join("")}`,
  "",
];

/** A cell that was never written to, or erased without a colour. */
const BLANK = 1 << CONTENT.widthShift;

/** Draws the part of the screen that holds the cursor. */
export function drawView(state: TerminalState, port: ViewPort): ViewFrame {
  const { core, buffer } = state;
  const rows = Math.min(port.rows, core.rows);
  const cols = Math.min(port.cols, core.cols);
  const x = Math.min(buffer.x, core.cols - 1);
  const top = scrolled(port.top, rows, core.rows, buffer.y);
  const left = scrolled(port.left, cols, core.cols, x);
  const lines = Array.from({ length: rows }, (_, row) => {
    const line = lineAt(buffer, buffer.ybase + top + row);
    return drawLine(state, line, left, left + cols, cols < port.cols);
  });
  const isVisible = !core.coreService.isCursorHidden;
  const cursor = { row: buffer.y - top, col: x - left, isVisible };
  return { top, left, lines, settings: settingsOf(state), cursor };
}

/**
 * Where a window of `size` out of `total` cells begins so that it contains a cell: at the start or the
 * end if that suffices, else where it was before, else with the cell in the middle.
 */
function scrolled(before: number, size: number, total: number, cell: number): number {
  const last = total - size;
  if (cell < size) return 0;
  if (cell >= last) return last;
  const isInside = cell >= before && cell < before + size && before <= last;
  return isInside ? before : cell - Math.floor(size / 2);
}

/** Only text, links and styles of a program's output reach the reader. */
function drawLine(
  state: TerminalState,
  line: Line,
  from: number,
  to: number,
  hasRoom: boolean,
): string {
  const out = new ByteWriter();
  const pen = new PenTracker(out, state.links);
  const end = endOfUse(line, from, to);
  for (let x = from; x < end;) {
    const width = Math.max(1, line.getWidth(x));
    // Half of a wide character becomes a blank of its style.
    const isCut = x + width > to || (x === from && line.getWidth(x) === 0);
    const text = isCut ? " " : line.getString(x) || " ";
    pen.set(cellPen(line, x));
    out.text(text);
    x += isCut ? 1 : width;
    // Terminals disagree on the width of text made of several characters.
    if (text.length > 1 && x < to) out.ascii(`\x1b[${x - from + 1}G`);
  }
  pen.reset();
  if (end < to || hasRoom) out.ascii("\x1b[K");
  return new TextDecoder().decode(out.finish());
}

function endOfUse({ _data }: Line, from: number, to: number): number {
  let x = to;
  while (x > from && isUnused(_data, x - 1)) x--;
  return x;
}

function isUnused(cells: Uint32Array, x: number): boolean {
  return cells[x * 3] === BLANK && cells[x * 3 + 1] === 0 && cells[x * 3 + 2] === 0;
}

/** In the order of {@link SETTING_RESETS}. No mouse modes: its positions would be wrong. */
function settingsOf(state: TerminalState): string[] {
  const modes = state.core.coreService.decPrivateModes;
  const style = cursorStyleParameter(state);
  const { flags } = state.kittyFlags;
  const otherKeys = state.modifyKeys.get(4);
  const palette = state.palette.restore();
  const { title } = state.titles;
  return [
    modes.applicationCursorKeys ? "\x1b[?1h" : "",
    modes.applicationKeypad ? "\x1b=" : "",
    modes.bracketedPasteMode ? "\x1b[?2004h" : "",
    state.modes.get(5) === true ? "\x1b[?5h" : "",
    style === 0 ? "" : `\x1b[${style} q`,
    flags === 0 ? "" : `\x1b[=${flags};1u`,
    otherKeys === 0 ? "" : `\x1b[>4;${otherKeys}m`,
    palette === "" ? "" : SETTING_RESETS[7] + palette,
    title === "" ? "" : `\x1b]2;${title}\x1b\\`,
  ];
}
