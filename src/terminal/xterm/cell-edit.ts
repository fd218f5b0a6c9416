import { deleteCells, type insertCells } from "./line-cells.ts";
import { detachScreen, dropScrollback, endWrap, eraseRows } from "./screen-edit.ts";
import type { TerminalState } from "../terminal-state.ts";
import { lineAt } from "./xterm-core.ts";

/** ICH and DCH, at the cursor. */
export function editCells(state: TerminalState, count: number, edit: typeof insertCells): boolean {
  const { core, buffer, sideMargins } = state;
  const input = core._inputHandler;
  if (!sideMargins.holds(buffer)) return true;
  input._restrictCursor();
  const line = lineAt(buffer, buffer.ybase + buffer.y);
  edit(line, buffer.x, sideMargins.right, count, input._eraseAttrData());
  if (edit === deleteCells && sideMargins.right === core.cols - 1) endWrap(state, buffer.y);
  return true;
}

/** DECIC and DECDC at the cursor's column, SR and SL at the left margin: on all lines between the margins. */
export function editColumns(
  state: TerminalState,
  x: number,
  count: number,
  edit: typeof insertCells,
): boolean {
  const { core, buffer, sideMargins } = state;
  const { scrollTop, scrollBottom, y } = buffer;
  if (y < scrollTop || y > scrollBottom || x >= core.cols || !sideMargins.contains(x)) return true;
  for (let row = scrollTop; row <= scrollBottom; row++) {
    const line = lineAt(buffer, buffer.ybase + row);
    edit(line, x, sideMargins.right, count, core._inputHandler._eraseAttrData());
    line.isWrapped = false;
    endWrap(state, row);
  }
  return true;
}

/** EL and DECSEL. With a wrap pending the cursor is still on the last cell, which is erased too. */
export function eraseInLine(state: TerminalState, what: number, keepsProtected: boolean): boolean {
  const { core, buffer } = state;
  const input = core._inputHandler;
  input._restrictCursor();
  if (what !== 0 && what !== 1 && what !== 2) return true;
  const from = what === 0 ? buffer.x : 0;
  const to = what === 1 ? buffer.x + 1 : core.cols;
  eraseCells(state, from, to, keepsProtected);
  return true;
}

/** ECH. */
export function eraseCharacters(state: TerminalState, count: number): boolean {
  const { core, buffer } = state;
  core._inputHandler._restrictCursor();
  eraseCells(state, buffer.x, Math.min(core.cols, buffer.x + count), false);
  return true;
}

function eraseCells(state: TerminalState, from: number, to: number, keepsProtected: boolean): void {
  const { core, buffer } = state;
  const blank = buffer.getNullCell(core._inputHandler._eraseAttrData());
  lineAt(buffer, buffer.ybase + buffer.y).replaceCells(from, to, blank, keepsProtected);
  if (to === core.cols) endWrap(state, buffer.y);
}

/**
 * ED and DECSED. xterm's throws for `CSI 1 J` in the last cell without scrollback, and clears the
 * wrap of a line in the scrollback instead of the one below the cursor.
 */
export function eraseDisplay(state: TerminalState, what: number, keepsProtected: boolean): boolean {
  const { core, buffer } = state;
  const input = core._inputHandler;
  if (what === 0 || what === 1 || what === 2) input._restrictCursor();
  const row = buffer.y;
  switch (what) {
    case 0:
      eraseCells(state, buffer.x, core.cols, keepsProtected);
      eraseLines(state, row + 1, core.rows - 1, keepsProtected);
      noteErased(state, row === 0 && buffer.x === 0);
      return true;
    case 1:
      eraseCells(state, 0, buffer.x + 1, keepsProtected);
      eraseLines(state, 0, row - 1, keepsProtected);
      return true;
    case 2:
      eraseLines(state, 0, core.rows - 1, keepsProtected);
      noteErased(state, true);
      return true;
    case 3:
      if (!state.isAlt) dropScrollback(state);
      return true;
    default:
      return true;
  }
}

function eraseLines(
  state: TerminalState,
  first: number,
  last: number,
  keepsProtected: boolean,
): void {
  if (!keepsProtected) return eraseRows(state, first, last);
  const { core, buffer } = state;
  const blank = buffer.getNullCell(core._inputHandler._eraseAttrData());
  for (let row = first; row <= last; row++) {
    const line = lineAt(buffer, buffer.ybase + row);
    line.fill(blank, true);
    line.isWrapped = false;
  }
  if (first <= last) endWrap(state, last);
}

/** Everything below the cursor, or with `isWhole` the whole screen, has been erased. */
function noteErased(state: TerminalState, isWhole: boolean): void {
  if (state.isAlt) return;
  state.hidden.clearBelow();
  if (!isWhole) return;
  state.hidden.clear();
  detachScreen(state);
}
