/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import type { TerminalState } from "./terminal-state.ts";
import { PARSER_GROUND } from "./xterm-core.ts";

/**
 * Line feeds of plain text that push everything out of screen and scrollback, wherever the cursor
 * is; undefined unless text goes to the normal screen and a line feed at its bottom scrolls all of
 * it.
 */
export function skipDistance(state: TerminalState, scrollbackLines: number): number | undefined {
  const { core, buffer, isAlt } = state;
  const { _parser, _utf8Decoder } = core._inputHandler;
  const isPlainScrolling =
    !isAlt &&
    buffer.scrollTop === 0 &&
    buffer.scrollBottom === core.rows - 1 &&
    _parser.currentState === PARSER_GROUND &&
    _utf8Decoder.interim.every((byte) => byte === 0);
  // The cursor may be at the top, above as many old lines as the screen has.
  return isPlainScrolling ? scrollbackLines + 2 * core.rows : undefined;
}
