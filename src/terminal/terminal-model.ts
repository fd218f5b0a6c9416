import { installCursorHandlers } from "./cursor-handlers.ts";
import { installModeHandlers } from "./mode-handlers.ts";
import { installNotifications } from "./notifications.ts";
import { installQueries } from "./queries.ts";
import { installScreenHandlers } from "./screen-handlers.ts";
import { installScrolling } from "./scrolling.ts";
import { installStringHandlers } from "./string-handlers.ts";
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
