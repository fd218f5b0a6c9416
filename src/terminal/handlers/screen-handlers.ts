import {
  editCells,
  editColumns,
  eraseCharacters,
  eraseDisplay,
  eraseInLine,
} from "../xterm/cell-edit.ts";
import { applySgr } from "../xterm/sgr.ts";
import { fillWithE, scrollRows } from "../xterm/screen-edit.ts";
import { deleteCells, insertCells } from "../xterm/line-cells.ts";
import type { TerminalState } from "../terminal-state.ts";
import { lineAt, type Params } from "../xterm/xterm-core.ts";

/** Lines that one REP may fill; programs only use it within a line. */
const MAX_REPEATED_LINES = 2;

/** Screen functions that are wrong, slow, or fatal for some parameters in xterm. */
export function installScreenHandlers(state: TerminalState): void {
  const { core } = state;
  const parser = core._inputHandler._parser;

  /** Calls xterm's handler with the first parameter limited. */
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
  for (const final of ["I", "Z", "C", "D", "G", "`", "a"]) {
    clamp({ final }, () => core.cols);
  }

  const count = (params: Params): number => params.params[0] || 1;
  parser.registerCsiHandler({ final: "@" }, (params) =>
    editCells(state, count(params), insertCells),
  );
  parser.registerCsiHandler({ final: "P" }, (params) =>
    editCells(state, count(params), deleteCells),
  );
  parser.registerCsiHandler({ final: "X" }, (params) => eraseCharacters(state, count(params)));
  parser.registerCsiHandler({ intermediates: "'", final: "}" }, (params) =>
    editColumns(state, state.buffer.x, count(params), insertCells),
  );
  parser.registerCsiHandler({ intermediates: "'", final: "~" }, (params) =>
    editColumns(state, state.buffer.x, count(params), deleteCells),
  );
  parser.registerCsiHandler({ intermediates: " ", final: "@" }, (params) =>
    editColumns(state, state.sideMargins.left, count(params), deleteCells),
  );
  parser.registerCsiHandler({ intermediates: " ", final: "A" }, (params) =>
    editColumns(state, state.sideMargins.left, count(params), insertCells),
  );

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
  const what = (params: Params): number => params.params[0] ?? 0;
  parser.registerCsiHandler({ final: "K" }, (params) => eraseInLine(state, what(params), false));
  parser.registerCsiHandler({ prefix: "?", final: "K" }, (params) =>
    eraseInLine(state, what(params), true),
  );
  parser.registerCsiHandler({ final: "J" }, (params) => eraseDisplay(state, what(params), false));
  parser.registerCsiHandler({ prefix: "?", final: "J" }, (params) =>
    eraseDisplay(state, what(params), true),
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
  if (buffer.y < buffer.scrollTop || buffer.y > buffer.scrollBottom) return true;
  if (!state.sideMargins.holds(buffer)) return true;
  state.core._inputHandler._restrictCursor();
  scrollRows(state, buffer.y, buffer.scrollBottom, count);
  buffer.x = state.sideMargins.left;
  return true;
}

/** With a wrap pending the cursor is past the last column; a stop there would appear after a resize. */
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
