import type { Environment } from "../../config/environment.ts";
import { isDumbTerminal, variable } from "../../config/environment.ts";
import type { Settings } from "../../config/settings.ts";
import { colorDepthOf } from "../view/color-depth.ts";
import { handedOnInput } from "../input/handed-on-input.ts";
import { EventLoop } from "./event-loop.ts";
import type { PickerChoice } from "../model/picker-choice.ts";
import type { PickerSource } from "../model/picker-source.ts";
import { LEAVE_PICKER, type PickerTerminal } from "./picker-terminal.ts";
import { ProcessTerminal } from "./process-terminal.ts";
import { initialState } from "../model/state.ts";
import { themeOf } from "../view/theme.ts";

const NO_BYTES = new Uint8Array(0);

export interface PickerOptions {
  source: PickerSource;
  settings: Settings["tui"];
  /** For the colours (NO_COLOR, COLORTERM, TERM) and the home directory. */
  env: Environment;
  /** Default directory of a new session. */
  cwd: string;
  /** Session in which the picker runs, or from which it was opened. */
  current?: string;
  /** Another key that quits, spelled as in the configuration: the one that opened the picker. */
  closeKey?: string;
  /** A terminal in raw mode, lent by the caller. Without one the picker claims this process's own. */
  terminal?: PickerTerminal;
}

/**
 * Shows the picker until the user has chosen. Afterwards the terminal is restored and all output
 * written. When the choice is to attach, this process's terminal stays in raw mode for the client
 * that takes over, at most until the process ends.
 * @throws TsmError `not-a-terminal`; an error inside the picker, after the terminal was restored.
 */
export async function runPicker(options: PickerOptions): Promise<PickerChoice> {
  const own =
    options.terminal === undefined
      ? new ProcessTerminal({ isDumb: isDumbTerminal(options.env) })
      : undefined;
  const terminal = own ?? options.terminal;
  if (terminal === undefined) throw new TypeError("no terminal");
  let choice: PickerChoice | undefined;
  try {
    choice = await show(terminal, options);
  } finally {
    terminal.unlisten(NO_BYTES);
    if (own === undefined) terminal.write(Buffer.from(LEAVE_PICKER));
    const late = (await own?.release(choice?.kind === "attach")) ?? NO_BYTES;
    if (choice !== undefined && late.byteLength > 0) {
      choice.rest = Buffer.concat([choice.rest, handedOnInput(late)]);
    }
  }
  return choice;
}

function show(terminal: PickerTerminal, options: PickerOptions): Promise<PickerChoice> {
  const { env, current, closeKey } = options;
  const home = variable(env, "HOME");
  const state = initialState({
    settings: options.settings,
    size: terminal.size,
    nowMs: Date.now(),
    cwd: options.cwd,
    ...(current === undefined ? {} : { current }),
    ...(home === undefined ? {} : { home }),
    ...(closeKey === undefined ? {} : { closeKey }),
  });
  const theme = themeOf(colorDepthOf(env));
  const loop = new EventLoop({ terminal, source: options.source, state, theme });
  loop.start();
  return loop.choice;
}
