import { NULL_CONTENT, blankLine, fillLine } from "./line-cells.ts";
import type { TerminalState } from "../terminal-state.ts";
import { lineAt, type Line, type ScreenBuffer } from "./xterm-core.ts";

/** The row no longer continues in the next one: its last cell was erased, or it has moved. */
export function endWrap({ core, buffer }: TerminalState, row: number): void {
  if (row >= 0 && row + 1 < core.rows) lineAt(buffer, buffer.ybase + row + 1).isWrapped = false;
}

/** The first row of the screen no longer continues the row above it. */
export function detachScreen({ buffer }: TerminalState): void {
  lineAt(buffer, buffer.ybase).isWrapped = false;
}

/** Blanks whole rows of the screen with the background in use. */
export function eraseRows(state: TerminalState, first: number, last: number): void {
  const { core, buffer } = state;
  const { bg } = core._inputHandler._eraseAttrData();
  for (let row = first; row <= last; row++) blankLine(lineAt(buffer, buffer.ybase + row), bg);
  if (first <= last) endWrap(state, last);
}

/** Moves the rows `top`…`bottom` up, or down when `count` is negative, and blanks the freed rows. */
export function scrollRows(state: TerminalState, top: number, bottom: number, count: number): void {
  const height = bottom - top + 1;
  const shift = Math.min(Math.abs(count), height);
  if (height <= 0 || shift === 0) return;
  if (!state.sideMargins.areWide) return scrollCells(state, top, bottom, Math.sign(count) * shift);
  const { lines, ybase } = state.buffer;
  const offset = count > 0 ? shift : height - shift;
  const rows: Line[] = [];
  for (let i = 0; i < height; i++)
    rows.push(lineAt(state.buffer, ybase + top + ((i + offset) % height)));
  for (const [i, line] of rows.entries()) lines.set(ybase + top + i, line);
  if (count > 0) {
    lineAt(state.buffer, ybase + top).isWrapped = false;
    eraseRows(state, bottom - shift + 1, bottom);
  } else {
    eraseRows(state, top, top + shift - 1);
    endWrap(state, bottom);
  }
}

/** The same, only between the side margins. */
function scrollCells(state: TerminalState, top: number, bottom: number, shift: number): void {
  const { core, buffer, sideMargins } = state;
  const { left, right } = sideMargins;
  const blank = buffer.getNullCell(core._inputHandler._eraseAttrData());
  const lines = Array.from({ length: bottom - top + 1 }, (_, i) =>
    lineAt(buffer, buffer.ybase + top + i),
  );
  for (const line of lines) {
    splitWide(line, left, blank);
    splitWide(line, right + 1, blank);
    line.isWrapped = false;
  }
  endWrap(state, bottom);
  const ordered = shift > 0 ? lines : lines.toReversed();
  for (const [i, line] of ordered.entries()) {
    const from = ordered[i + Math.abs(shift)];
    if (from === undefined) line.replaceCells(left, right + 1, blank);
    else line.copyCellsFrom(from, left, left, right - left + 1, false);
  }
}

/** Blanks a wide character that spans a column's left edge. */
function splitWide(line: Line, x: number, blank: unknown): void {
  if (x > 0 && x < line.length && line.getWidth(x - 1) === 2)
    line.replaceCells(x - 1, x + 1, blank);
}

/** DECALN: a screen of E with the margins at its edges. */
export function fillWithE(state: TerminalState): void {
  const { core, buffer } = state;
  buffer.scrollTop = 0;
  buffer.scrollBottom = core.rows - 1;
  state.sideMargins.widen();
  for (let row = 0; row < core.rows; row++) {
    fillLine(lineAt(buffer, buffer.ybase + row), NULL_CONTENT | 0x45, 0);
  }
  buffer.x = 0;
  buffer.y = 0;
}

/** RIS. xterm's own recreates both buffers, including all scrollback slots. */
export function resetTerminal(state: TerminalState): void {
  const { core } = state;
  const { buffers } = core._bufferService;
  buffers.activateNormalBuffer();
  core._inputHandler.reset();
  core._charsetService.reset();
  core.coreService.reset();
  core.coreService.isCursorHidden = false;
  core.coreMouseService.reset();
  core.options.cursorBlink = false;
  core.options.convertEol = false;
  dropScrollback(state);
  eraseRows(state, 0, core.rows - 1);
  for (const buffer of [buffers.normal, buffers.alt]) {
    buffer.x = 0;
    buffer.y = 0;
    buffer.scrollTop = 0;
    buffer.scrollBottom = core.rows - 1;
    if (state.hasChangedTabs) buffer.setupTabStops();
  }
  state.hasChangedTabs = false;
  state.forget();
}

/** Drops everything above the normal screen. */
export function dropScrollback({ normal, history, hidden }: TerminalState): void {
  history.clear();
  hidden.above = 0;
  if (normal.ybase > 0) {
    normal.lines.trimStart(normal.ybase);
    normal.ybase = 0;
    normal.ydisp = 0;
  }
  lineAt(normal, 0).isWrapped = false;
}

/** Whether lines that scroll out of the buffer at the top become history. */
export function feedsHistory(state: TerminalState, buffer: ScreenBuffer): boolean {
  return buffer === state.normal && buffer.scrollTop === 0 && state.sideMargins.areWide;
}
