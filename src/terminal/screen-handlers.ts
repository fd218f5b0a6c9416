/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import { applySgr } from "./sgr.ts";
import { eraseRows, fillWithE, scrollRows } from "./screen-edit.ts";
import type { TerminalState } from "./terminal-state.ts";
import { lineAt, type Params } from "./xterm-core.ts";

/** Lines that one REP may fill; programs use it within a line. */
const MAX_REPEATED_LINES = 2;

/** Screen functions that xterm has wrong, slow, or fatal for some parameters. */
export function installScreenHandlers(state: TerminalState): void {
  const { core } = state;
  const parser = core._inputHandler._parser;

  /** Lets xterm do it with the first parameter held below a limit. */
  const clamp = (id: { intermediates?: string; final: string }, limit: () => number): void => {
    parser.registerCsiHandler(id, (params) => {
      const values = params.params as Int32Array;
      if ((values[0] ?? 0) > limit()) values[0] = limit();
      return false;
    });
  };
  for (const final of ["A", "B", "E", "F", "d", "e"]) {
    clamp({ final }, () => core.rows);
  }
  for (const final of ["@", "P", "X", "I", "Z", "C", "D", "G", "`", "a"]) {
    clamp({ final }, () => core.cols);
  }
  for (const final of ["@", "A"]) clamp({ intermediates: " ", final }, () => core.cols);
  for (const final of ["}", "~"]) clamp({ intermediates: "'", final }, () => core.cols);

  // xterm leaves half a wide character behind when cells are inserted in its middle.
  parser.registerCsiHandler({ final: "@" }, () => {
    core._inputHandler._restrictCursor();
    splitWide(state, state.buffer.y);
    return false;
  });
  parser.registerCsiHandler({ intermediates: "'", final: "}" }, () => {
    const { x, y, scrollTop, scrollBottom } = state.buffer;
    if (y < scrollTop || y > scrollBottom || x >= core.cols) return false;
    for (let row = scrollTop; row <= scrollBottom; row++) splitWide(state, row);
    return false;
  });

  parser.registerCsiHandler({ final: "S" }, (params) => scroll(state, params.params[0] || 1));
  parser.registerCsiHandler({ final: "T" }, (params) => scroll(state, -(params.params[0] || 1)));
  parser.registerCsiHandler({ final: "L" }, (params) => editLines(state, -(params.params[0] || 1)));
  parser.registerCsiHandler({ final: "M" }, (params) => editLines(state, params.params[0] || 1));
  parser.registerEscHandler({ intermediates: "#", final: "8" }, () => {
    fillWithE(state);
    return true;
  });

  parser.registerCsiHandler({ final: "m" }, (params) => {
    applySgr(params, core._inputHandler._curAttrData);
    return true;
  });
  parser.registerCsiHandler({ final: "b" }, (params) => {
    repeatLast(state, params.params[0] ?? 1);
    return true;
  });
  // With a wrap pending the cursor is still on the last cell, which erasing therefore clears.
  for (const id of [{ final: "K" }, { prefix: "?", final: "K" }]) {
    parser.registerCsiHandler(id, () => {
      core._inputHandler._restrictCursor();
      return false;
    });
  }
  parser.registerCsiHandler({ final: "J" }, (params) => eraseDisplay(state, params, false));
  parser.registerCsiHandler({ prefix: "?", final: "J" }, (params) =>
    eraseDisplay(state, params, true),
  );
  parser.registerEscHandler({ final: "H" }, () => setTab(state));
  parser.setExecuteHandler("\x88", () => setTab(state));
  parser.registerCsiHandler({ final: "g" }, (params) => {
    state.hasChangedTabs = true;
    if (params.params[0] === 0) delete state.buffer.tabs[Math.min(state.buffer.x, core.cols - 1)];
    return params.params[0] === 0;
  });
}

function scroll(state: TerminalState, count: number): boolean {
  scrollRows(state, state.buffer.scrollTop, state.buffer.scrollBottom, count);
  return true;
}

/** Insert and delete line: the rows from the cursor to the bottom margin move. */
function editLines(state: TerminalState, count: number): boolean {
  const { buffer } = state;
  state.core._inputHandler._restrictCursor();
  if (buffer.y < buffer.scrollTop || buffer.y > buffer.scrollBottom) return true;
  scrollRows(state, buffer.y, buffer.scrollBottom, count);
  buffer.x = 0;
  return true;
}

function splitWide({ core, buffer }: TerminalState, row: number): void {
  const line = lineAt(buffer, buffer.ybase + row);
  if (buffer.x === 0 || line.getWidth(buffer.x - 1) !== 2) return;
  line.replaceCells(
    buffer.x - 1,
    buffer.x + 1,
    buffer.getNullCell(core._inputHandler._eraseAttrData()),
  );
}

/** A stop beyond the last column, where a pending wrap leaves the cursor, would come to light later. */
function setTab(state: TerminalState): boolean {
  state.hasChangedTabs = true;
  state.buffer.tabs[Math.min(state.buffer.x, state.core.cols - 1)] = true;
  return true;
}

function repeatLast(state: TerminalState, count: number): void {
  const { core, buffer } = state;
  if (core._inputHandler._parser.precedingJoinState === 0) return;
  const line = lineAt(buffer, buffer.ybase + buffer.y);
  const at = buffer.x > 1 && line.getWidth(buffer.x - 1) === 0 ? buffer.x - 2 : buffer.x - 1;
  if (at < 0) return;
  const text = Array.from(line.getString(at), (character) => character.codePointAt(0) ?? 0);
  const times = Math.min(Math.max(1, count), core.cols * MAX_REPEATED_LINES);
  const data = new Uint32Array(text.length * times);
  for (let i = 0; i < times; i++) data.set(text, i * text.length);
  if (data.length > 0) state.printer.print(data, 0, data.length);
}

/**
 * ED and DECSED. xterm's throws for `CSI 1 J` in the last cell without scrollback, and clears the
 * wrap of a line in the scrollback instead of the one below the cursor.
 */
function eraseDisplay(state: TerminalState, params: Params, keepsProtected: boolean): boolean {
  const { core, buffer } = state;
  const what = params.params[0] ?? 0;
  if (what !== 0 && what !== 1 && what !== 2) return what !== 3 || state.isAlt;
  const input = core._inputHandler;
  input._restrictCursor();
  const blank = buffer.getNullCell(input._eraseAttrData());
  const eraseRow = (row: number): void => {
    const line = lineAt(buffer, buffer.ybase + row);
    line.fill(blank, true);
    line.isWrapped = false;
  };
  const erase = (first: number, last: number): void => {
    if (!keepsProtected) eraseRows(state, first, last);
    else for (let row = first; row <= last; row++) eraseRow(row);
  };
  if (what === 2) {
    erase(0, core.rows - 1);
    return true;
  }
  const line = lineAt(buffer, buffer.ybase + buffer.y);
  if (what === 0) {
    line.replaceCells(buffer.x, core.cols, blank, keepsProtected);
    if (buffer.x === 0) line.isWrapped = false;
    erase(buffer.y + 1, core.rows - 1);
    return true;
  }
  const end = Math.min(buffer.x + 1, core.cols);
  line.replaceCells(0, end, blank, keepsProtected);
  line.isWrapped = false;
  if (end === core.cols && buffer.y + 1 < core.rows) {
    lineAt(buffer, buffer.ybase + buffer.y + 1).isWrapped = false;
  }
  erase(0, buffer.y - 1);
  return true;
}
