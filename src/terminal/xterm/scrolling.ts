import { blankLine } from "./line-cells.ts";
import { endWrap, feedsHistory, scrollRows } from "./screen-edit.ts";
import type { TerminalState } from "../terminal-state.ts";
import { lineAt } from "./xterm-core.ts";

/** Turns each row that scrolls out of the screen into history, whatever causes the scroll. */
export function installScrolling(state: TerminalState): void {
  const { core } = state;
  const service = core._bufferService;
  const scrollLines = service.scroll.bind(service);
  service.scroll = (erase, isWrapped = false) => {
    const { buffer } = state;
    const { scrollTop, scrollBottom } = buffer;
    if (!state.sideMargins.areWide) return scrollRows(state, scrollTop, scrollBottom, 1);
    if (feedsHistory(state, buffer)) {
      state.history.noteScroll(buffer, core.cols, isWrapped);
      state.hidden.noteScroll();
    }
    const { lines } = buffer;
    const isWhole = scrollTop === 0 && scrollBottom === core.rows - 1;
    if (isWhole && lines.length === lines.maxLength) {
      const line = lines.recycle();
      blankLine(line, erase.bg);
      line.isWrapped = isWrapped;
      return;
    }
    scrollLines(erase, isWrapped);
    if (scrollTop > 0) lineAt(buffer, buffer.ybase + scrollTop).isWrapped = false;
    endWrap(state, scrollBottom);
  };
}

/** IND: down a row, or at the bottom margin the lines between the margins up. */
export function moveDown(state: TerminalState): void {
  const { core, buffer } = state;
  if (buffer.y !== buffer.scrollBottom) {
    if (buffer.y < core.rows - 1) buffer.y++;
  } else if (state.sideMargins.contains(buffer.x)) {
    core._bufferService.scroll(core._inputHandler._eraseAttrData());
  }
}

/** RI: up a row, or at the top margin the lines between the margins down. */
export function moveUp(state: TerminalState): void {
  const { buffer } = state;
  if (buffer.y !== buffer.scrollTop) {
    if (buffer.y > 0) buffer.y--;
  } else if (state.sideMargins.contains(buffer.x)) {
    scrollRows(state, buffer.scrollTop, buffer.scrollBottom, -1);
  }
}
