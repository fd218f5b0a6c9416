import type { TerminalState } from "../terminal-state.ts";
import type { ScreenBuffer } from "../xterm/xterm-core.ts";
import { NormalScreen } from "./normal-screen.ts";

/** Resizes a terminal. Nothing of the normal screen and its scrollback is lost. */
export function resizeTerminal(state: TerminalState, rows: number, cols: number): void {
  const { core, normal } = state;
  if (rows === core.rows && cols === core.cols) return;
  const { alt } = core._bufferService.buffers;
  const screen = new NormalScreen(state);
  if (cols !== core.cols) screen.joinArchive();
  const oldCols = core.cols;
  screen.detach();
  core.resize(cols, rows);
  // The cursor may no longer follow the last printed cell.
  core._inputHandler._parser.precedingJoinState = 0;
  state.sideMargins.widen();
  if (cols !== oldCols) screen.rewrap(oldCols);
  screen.fit();
  screen.attach();
  trimToRows(alt, rows);
  trimLines(alt, cols);
  for (const buffer of [normal, alt]) dropHiddenTabs(buffer, cols);
  state.saved.clampToScreen();
  if (state.modes.get(2048) === true) state.reportSize();
}

/** Lines without reflow keep columns beyond the new width and halves of wide characters at it. */
function trimLines(buffer: ScreenBuffer, cols: number): void {
  const blank = buffer.getNullCell();
  for (let y = 0; y < buffer.lines.length; y++) {
    const line = buffer.lines.get(y);
    if (line === undefined) continue;
    if (line.length > cols) line.resize(cols, blank);
    if (line.getWidth(cols - 1) === 2) line.replaceCells(cols - 1, cols, blank);
  }
}

/** xterm keeps the empty alternate buffer's old size, which leaves a scrollback when it shrinks. */
function trimToRows(alt: ScreenBuffer, rows: number): void {
  const excess = alt.lines.length - rows;
  if (excess > 0) {
    alt.lines.trimStart(excess);
    alt.ybase = Math.max(0, alt.ybase - excess);
    alt.ydisp = alt.ybase;
  }
  if (alt.lines.maxLength !== rows) alt.lines.maxLength = rows;
}

function dropHiddenTabs(buffer: ScreenBuffer, cols: number): void {
  for (const x of Object.keys(buffer.tabs)) {
    if (Number(x) >= cols) delete buffer.tabs[Number(x)];
  }
}
