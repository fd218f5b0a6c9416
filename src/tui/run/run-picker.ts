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

const NOTHING = new Uint8Array(0);

export interface PickerOptions {
  source: PickerSource;
  settings: Settings["tui"];
  /** For the colours (NO_COLOR, COLORTERM, TERM) and the home directory. */
  env: Environment;
  /** Where a new session starts unless told otherwise. */
  cwd: string;
  /** Session in which the picker runs, or from which it was opened. */
  current?: string;
  /** One more key that quits, as the configuration spells it: the one that opened the picker. */
  closeKey?: string;
  /** A terminal in raw mode that is lent. Without one the picker takes this process's own. */
  terminal?: PickerTerminal;
}

/**
 * Shows the picker until something is chosen. The terminal is left as it was found, its picker
 * modes off and all output written; raw mode of this process's terminal stays on when the choice
 * is to attach, for the client that takes over at once, and ends with the process at the latest.
 * @throws TsmError `not-a-terminal`; whatever fails inside, once the terminal is in order.
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
    terminal.unlisten(NOTHING);
    if (own === undefined) terminal.write(Buffer.from(LEAVE_PICKER));
    const late = (await own?.release(choice?.kind === "attach")) ?? NOTHING;
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
