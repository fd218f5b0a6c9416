import { copyBytes } from "../../base/copy-bytes.ts";
import type { Environment } from "../../config/environment.ts";
import { variable } from "../../config/environment.ts";
import type { Settings } from "../../config/settings.ts";
import { colorDepthOf } from "../view/color-depth.ts";
import { handedOnInput } from "../input/handed-on-input.ts";
import { EventLoop } from "./event-loop.ts";
import type { PickerChoice } from "../model/picker-choice.ts";
import type { PickerSource } from "../model/picker-source.ts";
import { LEAVE_PICKER, type PickerTerminal } from "./picker-terminal.ts";
import { initialState } from "../model/state.ts";
import { themeOf } from "../view/theme.ts";

const NO_BYTES = new Uint8Array(0);
/** How long the last output may take to be written. */
const LAST_OUTPUT_MS = 500;

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
  /** Lent by the caller while the picker is shown. */
  terminal: PickerTerminal;
}

/**
 * Shows the picker until the user has chosen. Afterwards the picker's modes are off and all output is
 * written, also when it fails; input from then on is for the next borrower of the terminal.
 * @throws an error inside the picker, after the terminal was restored.
 */
export async function runPicker(options: PickerOptions): Promise<PickerChoice> {
  const { terminal } = options;
  let late: Uint8Array = NO_BYTES;
  let choice: PickerChoice;
  try {
    choice = await show(terminal, options);
  } finally {
    late = await leave(terminal);
  }
  choice.rest = handedOnInput(Buffer.concat([choice.rest, late]));
  return choice;
}

/** Turns the picker's modes off. @returns input that the terminal may have sent in these modes. */
async function leave(terminal: PickerTerminal): Promise<Uint8Array> {
  const late: Uint8Array[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  terminal.listen({
    onInput: (bytes) => late.push(copyBytes(bytes)),
    onResize() {},
    leave: () => LEAVE_PICKER,
    onDrain: resolve,
    onContinue() {}, // the next borrower draws everything
    onGone: () => resolve(),
  });
  terminal.write(Buffer.from(LEAVE_PICKER));
  if (terminal.pendingBytes > 0) await Promise.race([promise, Bun.sleep(LAST_OUTPUT_MS)]);
  terminal.unlisten(NO_BYTES);
  return Buffer.concat(late);
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
