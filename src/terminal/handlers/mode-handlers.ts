import { moveTo } from "./cursor-handlers.ts";
import { resetTerminal } from "../xterm/screen-edit.ts";
import type { TerminalState } from "../terminal-state.ts";
import type { Params } from "../xterm/xterm-core.ts";

/** DECOM: rows and columns count from the margins. */
const ORIGIN = 6;
/** DECLRMM */
const SIDE_MARGINS = 69;

/** Cursor saving, switching screens, modes and keyboard protocols. */
export function installModeHandlers(state: TerminalState): void {
  const { core, saved } = state;
  const parser = core._inputHandler._parser;

  const save = (): boolean => {
    saved.save();
    return true;
  };
  const restore = (): boolean => {
    saved.restore();
    return true;
  };
  parser.registerEscHandler({ final: "7" }, save);
  parser.registerEscHandler({ final: "8" }, restore);
  parser.registerCsiHandler({ final: "s" }, save); // with side margins it sets these
  parser.registerCsiHandler({ final: "u" }, restore);

  parser.registerCsiHandler({ prefix: "?", final: "h" }, (params) =>
    forEachMode(params, (mode) => setMode(state, mode)),
  );
  parser.registerCsiHandler({ prefix: "?", final: "l" }, (params) =>
    forEachMode(params, (mode) => resetMode(state, mode)),
  );

  parser.registerEscHandler({ final: "c" }, () => {
    resetTerminal(state);
    return true;
  });
  parser.registerCsiHandler({ intermediates: "!", final: "p" }, () => {
    saved.forgetActive();
    state.kittyFlags.reset();
    state.sideMargins.reset();
    return false;
  });

  parser.registerCsiHandler({ prefix: ">", final: "u" }, (params) => {
    state.kittyFlags.push(params.params[0] ?? 0);
    return true;
  });
  parser.registerCsiHandler({ prefix: "<", final: "u" }, (params) => {
    state.kittyFlags.pop(params.params[0] ?? 1);
    return true;
  });
  parser.registerCsiHandler({ prefix: "=", final: "u" }, (params) => {
    state.kittyFlags.set(params.params[0] ?? 0, params.length > 1 ? (params.params[1] ?? 1) : 1);
    return true;
  });
  parser.registerCsiHandler({ prefix: ">", final: "m" }, (params) => {
    state.modifyKeys.set(params);
    return true;
  });
  parser.registerCsiHandler({ prefix: ">", final: "n" }, (params) => {
    state.modifyKeys.disable(params.params[0] ?? 0);
    return true;
  });
}

function forEachMode(params: Params, apply: (mode: number) => void): boolean {
  for (let i = 0; i < params.length; i++) apply(params.params[i] ?? 0);
  return true;
}

function setMode(state: TerminalState, mode: number): void {
  const input = state.core._inputHandler;
  if (mode === SIDE_MARGINS) {
    state.sideMargins.isEnabled = true;
    return;
  }
  if (mode === 1048 || mode === 1049) state.saved.save();
  if (mode === 1048) return;
  if (state.modes.set(mode, true)) {
    if (mode === 2048) state.reportSize();
    return;
  }
  if (mode === 1004 && !state.core.coreService.decPrivateModes.sendFocus) state.focusRequests++;
  const wasAlt = state.isAlt;
  // 47 switches without saving the cursor, unlike xterm's own.
  input.setModePrivate({ length: 1, params: [mode === 1049 ? 47 : mode] });
  if (state.isAlt !== wasAlt) input._restrictCursor(state.core.cols);
  if (mode === ORIGIN) moveTo(state, 0, 0);
}

function resetMode(state: TerminalState, mode: number): void {
  const input = state.core._inputHandler;
  if (mode === SIDE_MARGINS) return state.sideMargins.reset();
  if (mode === 1048) {
    state.saved.restore();
    return;
  }
  if (state.modes.set(mode, false)) return;
  const wasAlt = state.isAlt;
  input.resetModePrivate({ length: 1, params: [mode === 1049 ? 47 : mode] });
  if (state.isAlt !== wasAlt) {
    // They can only be restored while the alternate screen is shown, so they are dropped with it.
    state.saved.forgetAlt();
    state.kitty.alt.reset();
    input._restrictCursor(state.core.cols);
  }
  if (mode === 1049) state.saved.restore();
}
