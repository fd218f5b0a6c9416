import type { TerminalState } from "../terminal-state.ts";
import { PARSER_GROUND } from "./xterm-core.ts";

/**
 * Line feeds of plain text that push everything out of the screen and of the history above it,
 * wherever the cursor is; undefined unless text goes to the normal screen and a line feed at its
 * bottom scrolls all of it.
 */
export function skipDistance(state: TerminalState): number | undefined {
  const { core, buffer, isAlt, history, hidden, decoder, sideMargins } = state;
  const isPlainScrolling =
    !isAlt &&
    buffer.scrollTop === 0 &&
    buffer.scrollBottom === core.rows - 1 &&
    sideMargins.areWide &&
    core._inputHandler._parser.currentState === PARSER_GROUND &&
    decoder.pending.length === 0;
  // The cursor may be at the top, above as many old lines as the screen has; and blank rows that a
  // smaller size has hidden are used up before anything scrolls for good.
  return isPlainScrolling ? history.capacity + 2 * core.rows + hidden.blankBelow : undefined;
}
