import { accessSync, closeSync, constants, openSync, readSync } from "node:fs";
import { resolve } from "node:path";

import { TsmError } from "../../base/errors.ts";
import { ifAccessible } from "../../base/system-access.ts";
import { quoteName } from "../../sessions/names.ts";

/** The kernel searches this many bytes for an interpreter's name: BINPRM_BUF_SIZE of execve(2). */
const FIRST_LINE_BYTES = 256;

/**
 * Checks that a command can be started, which a PTY driver finds out too late: by then the session
 * exists, and dies at once.
 * @throws TsmError `spawn-failed` when it is not found, or a script whose interpreter is not.
 */
export function checkCommand(command: string, dir: string, env: Record<string, string>): void {
  const found = command === "" ? null : Bun.which(command, { PATH: env["PATH"] ?? "", cwd: dir });
  if (found === null) {
    throw new TsmError("spawn-failed", `Cannot run ${quoteName(command)}: command not found.`, {
      remedy: "Check its spelling and your PATH.",
    });
  }
  const interpreter = interpreterOf(resolve(dir, found));
  if (interpreter === undefined || isExecutable(resolve(dir, interpreter))) return;
  throw new TsmError(
    "spawn-failed",
    `Cannot run ${quoteName(command)}: its interpreter ${quoteName(interpreter)} is not there.`,
    { remedy: "Fix the first line of that script, or install the interpreter." },
  );
}

/** The program that a script's first line names; undefined for anything but a script. */
function interpreterOf(path: string): string | undefined {
  const line = Buffer.from(readStart(path)).toString("utf8").split("\n", 1)[0] ?? "";
  return /^#![ \t]*([^ \t\0]+)/.exec(line)?.[1];
}

function readStart(path: string): Uint8Array {
  // EACCES: a program may be run by those who may not read it.
  return (
    ifAccessible(() => {
      const fd = openSync(path, "r");
      try {
        const bytes = new Uint8Array(FIRST_LINE_BYTES);
        return bytes.subarray(0, readSync(fd, bytes));
      } finally {
        closeSync(fd);
      }
    }) ?? new Uint8Array(0)
  );
}

function isExecutable(path: string): boolean {
  return (
    ifAccessible(() => {
      accessSync(path, constants.X_OK);
      return true;
    }) ?? false
  );
}
