import { installCursorHandlers } from "./handlers/cursor-handlers.ts";
import { installModeHandlers } from "./handlers/mode-handlers.ts";
import { installNotifications } from "./handlers/notifications.ts";
import { installQueries } from "./handlers/queries.ts";
import { installScreenHandlers } from "./handlers/screen-handlers.ts";
import { installScrolling } from "./xterm/scrolling.ts";
import { installStringHandlers } from "./handlers/osc-handlers.ts";
import { TerminalState, type StateOptions } from "./terminal-state.ts";

/** A terminal state with all its handlers in place. */
export function createModel(options: StateOptions): TerminalState {
  const state = new TerminalState(options);
  installScrolling(state);
  installScreenHandlers(state);
  installModeHandlers(state);
  installCursorHandlers(state);
  installStringHandlers(state);
  installQueries(state);
  installNotifications(state, () => options.onNotification?.());
  return state;
}
