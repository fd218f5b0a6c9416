import { cursorStyleParameter } from "../handlers/queries.ts";
import type { TerminalState } from "../terminal-state.ts";

const MOUSE_PROTOCOLS: Readonly<Record<string, number>> = {
  X10: 9,
  VT200: 1000,
  DRAG: 1002,
  ANY: 1003,
};
const MOUSE_ENCODINGS: Readonly<Record<string, number>> = { SGR: 1006, SGR_PIXELS: 1016 };

/** Every mode that differs from a reset; those that move the cursor or text follow later. */
export function modesOf(state: TerminalState): string {
  const { coreService, coreMouseService, options } = state.core;
  const modes = coreService.decPrivateModes;
  let out = state.modes.restore();
  const set = (mode: number | undefined): void => {
    if (mode !== undefined) out += `\x1b[?${mode}h`;
  };
  if (options.convertEol) out += "\x1b[20h";
  if (modes.applicationCursorKeys) set(1);
  if (modes.applicationKeypad) out += "\x1b=";
  if (modes.reverseWraparound) set(45);
  if (modes.sendFocus) set(1004);
  if (modes.bracketedPasteMode) set(2004);
  set(MOUSE_PROTOCOLS[coreMouseService.activeProtocol]);
  set(MOUSE_ENCODINGS[coreMouseService.activeEncoding]);
  if (options.cursorBlink) set(12);
  const style = cursorStyleParameter(state);
  if (style !== 0) out += `\x1b[${style} q`;
  if (coreService.isCursorHidden) out += "\x1b[?25l";
  return out + state.modifyKeys.restore();
}
