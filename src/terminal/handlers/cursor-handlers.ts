import { moveDown, moveUp } from "../xterm/scrolling.ts";
import type { TerminalState } from "../terminal-state.ts";
import type { Params } from "../xterm/xterm-core.ts";

/**
 * Line feeds, and everything that depends on side margins. Unlike xterm's, a line feed does not change
 * whether the line below continues another: shells use it to move within the typed line.
 */
export function installCursorHandlers(state: TerminalState): void {
  const { core, sideMargins } = state;
  const input = core._inputHandler;
  const parser = input._parser;

  const restrictCursor = input._restrictCursor.bind(input);
  input._restrictCursor = (maxCol) => {
    sideMargins.endPendingWrap(state.buffer);
    restrictCursor(maxCol);
  };
  const index = (): boolean => {
    input._restrictCursor();
    moveDown(state);
    return true;
  };
  const nextLine = (): boolean => {
    returnCarriage(state);
    return index();
  };
  for (const control of ["\n", "\v", "\f"])
    parser.setExecuteHandler(control, () => lineFeed(state));
  parser.setExecuteHandler("\r", () => returnCarriage(state));
  parser.setExecuteHandler("\x84", index);
  parser.setExecuteHandler("\x85", nextLine);
  parser.registerEscHandler({ final: "D" }, index);
  parser.registerEscHandler({ final: "E" }, nextLine);
  parser.registerEscHandler({ final: "M" }, () => {
    input._restrictCursor();
    moveUp(state);
    return true;
  });

  /** Without side margins, xterm's own handlers run. */
  const between = (finals: string, handle: (params: Params) => void): void => {
    for (const final of finals) {
      parser.registerCsiHandler({ final }, (params) => {
        if (sideMargins.areWide) return false;
        input._restrictCursor();
        handle(params);
        return true;
      });
    }
  };
  between("C", (params) => moveBy(state, first(params)));
  between("D", (params) => moveBy(state, -first(params)));
  between("I", (params) => moveByTabs(state, first(params)));
  between("Z", (params) => moveByTabs(state, -first(params)));
  between("E", (params) => moveLines(state, first(params)));
  between("F", (params) => moveLines(state, -first(params)));
  between("Hf", (params) => moveTo(state, second(params) - 1, first(params) - 1));
  between("G`", (params) => moveTo(state, first(params) - 1, undefined));
  between("r", (params) => setLineMargins(state, params));
  parser.setExecuteHandler("\b", () => {
    if (sideMargins.areWide) return input.backspace();
    input._restrictCursor();
    moveBy(state, -1);
    return true;
  });
  parser.setExecuteHandler("\t", () => {
    if (sideMargins.areWide) return input.tab();
    input._restrictCursor();
    moveByTabs(state, 1);
    return true;
  });
  parser.registerCsiHandler({ final: "s" }, (params) => {
    if (!sideMargins.isEnabled) return false;
    setSideMargins(state, params);
    return true;
  });
}

/** DECSLRM. */
function setSideMargins(state: TerminalState, params: Params): void {
  const { core, sideMargins } = state;
  const left = first(params);
  const right = Math.min((params.length > 1 && params.params[1]) || core.cols, core.cols);
  if (left >= right) return;
  sideMargins.set(left - 1, right - 1);
  moveTo(state, 0, 0);
}

/** DECSTBM, while there are side margins. */
function setLineMargins(state: TerminalState, params: Params): void {
  const { core, buffer } = state;
  const top = first(params);
  const bottom = Math.min((params.length > 1 && params.params[1]) || core.rows, core.rows);
  if (top >= bottom) return;
  buffer.scrollTop = top - 1;
  buffer.scrollBottom = bottom - 1;
  moveTo(state, 0, 0);
}

/** LF, VT and FF. */
export function lineFeed(state: TerminalState): boolean {
  const { core, sideMargins } = state;
  if (core.optionsService.rawOptions.convertEol) returnCarriage(state);
  const { buffer } = state;
  sideMargins.endPendingWrap(buffer);
  moveDown(state);
  if (buffer.x >= core.cols) buffer.x = core.cols - 1;
  return true;
}

/** CR: to the left margin, or to the edge from columns before it. */
export function returnCarriage({ core, buffer, sideMargins }: TerminalState): boolean {
  const { left } = sideMargins;
  buffer.x = buffer.x < left && !core.coreService.decPrivateModes.origin ? 0 : left;
  return true;
}

/** CUF and CUB stop at a margin unless they begin beyond it. */
function moveBy({ core, buffer, sideMargins }: TerminalState, count: number): void {
  const { left, right } = sideMargins;
  const [first, last] = [buffer.x < left ? 0 : left, buffer.x > right ? core.cols - 1 : right];
  buffer.x = Math.min(last, Math.max(first, buffer.x + count));
}

function moveByTabs(state: TerminalState, count: number): void {
  const { buffer } = state;
  for (let i = Math.abs(count); i > 0; i--) {
    let before: number;
    do {
      before = buffer.x;
      moveBy(state, Math.sign(count));
    } while (buffer.x !== before && buffer.tabs[buffer.x] !== true);
  }
}

/** CNL and CPL. */
function moveLines(state: TerminalState, count: number): void {
  const { core, buffer } = state;
  const top = buffer.y < buffer.scrollTop ? 0 : buffer.scrollTop;
  const bottom = buffer.y > buffer.scrollBottom ? core.rows - 1 : buffer.scrollBottom;
  buffer.y = Math.min(bottom, Math.max(top, buffer.y + count));
  returnCarriage(state);
}

/** CUP and the like; with origin mode the position counts from the margins. */
export function moveTo(state: TerminalState, col: number, row: number | undefined): void {
  const { core, buffer, sideMargins } = state;
  if (core.coreService.decPrivateModes.origin) {
    buffer.x = Math.min(sideMargins.left + col, sideMargins.right);
    if (row !== undefined) buffer.y = Math.min(buffer.scrollTop + row, buffer.scrollBottom);
  } else {
    buffer.x = Math.min(col, core.cols - 1);
    if (row !== undefined) buffer.y = Math.min(row, core.rows - 1);
  }
}

function first(params: Params): number {
  return params.params[0] || 1;
}

function second(params: Params): number {
  return params.length > 1 ? params.params[1] || 1 : 1;
}
