import type { TerminalState } from "../terminal-state.ts";
import { PARSER_GROUND } from "./xterm-core.ts";

/**
 * The number of line feeds of plain text that push everything out of the screen and the history above
 * it, wherever the cursor is; undefined unless text goes to the normal screen and a line feed at its
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
  // The cursor may be at the top with a screen of old lines below it, and blank rows hidden by a
  // smaller size are used up before lines scroll into the history.
  return isPlainScrolling ? history.capacity + 2 * core.rows + hidden.blankBelow : undefined;
}
