import { TsmError } from "../../base/errors.ts";
import { UserTerminal } from "../../pty/user-terminal/user-terminal.ts";

/**
 * Takes this process's terminal for the picker; the caller releases it.
 * @throws TsmError `not-a-terminal`; nothing has been touched then.
 */
export function takePickerTerminal({ isDumb }: { isDumb: boolean }): UserTerminal {
  const stream = UserTerminal.missingStream();
  if (stream !== undefined) throw notATerminal(stream);
  if (isDumb) throw dumbTerminal();
  return new UserTerminal();
}

function dumbTerminal(): TsmError {
  return new TsmError(
    "not-a-terminal",
    "Cannot show the picker: TERM says that this terminal obeys no control sequences.",
    { remedy: "Set TERM to what it is; 'tsm ls' lists sessions, 'tsm attach NAME' attaches." },
  );
}

function notATerminal(stream: "input" | "output"): TsmError {
  return new TsmError(
    "not-a-terminal",
    `Cannot show the picker: standard ${stream} is not a terminal.`,
    {
      remedy:
        "Run this in a terminal, without pipes or with </dev/tty; 'tsm ls' lists sessions anywhere.",
    },
  );
}
