import { closeSync, constants, openSync } from "node:fs";
import { isatty } from "node:tty";

import { errnoOf } from "../../base/errors.ts";
import {
  controllingTerminalOf,
  terminalPathOf,
} from "../../system/processes/controlling-terminal.ts";
import { loadLibc } from "../../system/system-calls.ts";

const STDIN = 0;

/**
 * Makes the controlling terminal the standard input of this program when that is something else, as
 * under xargs, in `while read` and in the widgets of shells: keys come from the terminal, and the pipe
 * or file is not read. Without a controlling terminal nothing changes.
 */
export function readFromControllingTerminal(): void {
  if (isatty(STDIN)) return;
  const fd = openControllingTerminal();
  if (fd === undefined) return;
  loadLibc().replaceStandardInput(fd);
  closeSync(fd);
}

function openControllingTerminal(): number | undefined {
  try {
    return openSync(controllingTerminalPath(), constants.O_RDWR | constants.O_NOCTTY);
  } catch (error) {
    if (errnoOf(error) !== undefined) return undefined; // ENXIO: this process has none
    throw error;
  }
}

/** kqueue of macOS reports nothing of /dev/tty, only of the terminal under its own name. */
function controllingTerminalPath(): string {
  const own = process.platform === "darwin" ? controllingTerminalOf(process.pid) : undefined;
  return (own === undefined ? undefined : terminalPathOf(own)) ?? "/dev/tty";
}
