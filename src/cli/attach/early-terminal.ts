import { isatty } from "node:tty";

import { loadLibc } from "../../system/system-calls.ts";
import { readFromControllingTerminal } from "../../pty/user-terminal/standard-input.ts";
import { TerminalClaim } from "../../pty/user-terminal/terminal-claim.ts";

const STDIN = 0;
const STDOUT = 1;

/**
 * Takes the terminal before anything else is loaded, read or asked: from here on no key ends this
 * program, and typed keys wait for the code that claims the terminal next. Whatever way the command
 * ends before that, the terminal is as it was, and nothing has been written to it.
 * @param isInsistent whether it is the terminal to be used also when standard input is another file.
 */
export function takeTerminalEarly(isInsistent: boolean): void {
  if (isInsistent && isatty(STDOUT)) readFromControllingTerminal();
  if (!isatty(STDIN) || !isatty(STDOUT) || !isInForeground()) return;
  const ignore = (): void => {}; // nothing is shown yet, and a closed terminal is noticed later
  void new TerminalClaim({ isRaw: true, leave: () => "", onContinue: ignore, onGone: ignore });
}

/** A background job would be stopped for touching the terminal, which it may not need. */
function isInForeground(): boolean {
  return loadLibc().tcgetpgrp(STDIN) === loadLibc().getpgrp();
}
