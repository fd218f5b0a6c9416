import { gatherPayload } from "./gather-payload.ts";
import type { TerminalState } from "../terminal-state.ts";

/** OSC 9 with a leading number is ConEmu's (progress, titles, waiting) and no notification. */
const CONEMU_COMMAND = /^(?:[1-9]|1[0-2])(?:;|$)/;

/**
 * Reports when a program wants attention: BEL, `OSC 9 ; TEXT`, `OSC 777 ; notify ; TITLE ; TEXT`. A BEL
 * that ends a string does not count.
 */
export function installNotifications(state: TerminalState, onNotification: () => void): void {
  const parser = state.core._inputHandler._parser;
  parser.setExecuteHandler("\x07", () => {
    onNotification();
    return true;
  });
  const handle = (id: number, apply: (payload: string) => void): void => {
    parser.clearOscHandler(id);
    parser.registerOscHandler(id, gatherPayload(apply));
  };
  handle(9, (payload) => {
    if (payload !== "" && !CONEMU_COMMAND.test(payload)) onNotification();
  });
  handle(777, (payload) => {
    if (payload.startsWith("notify;")) onNotification();
  });
}
