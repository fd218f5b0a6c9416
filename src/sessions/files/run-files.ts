import { readdirSync, readFileSync, realpathSync } from "node:fs";

import { ifAccessible } from "../../base/system-access.ts";
import { socketPath, type Config } from "../../config/paths.ts";
import { isAlive } from "../../system/processes/session-processes.ts";

/** Two dots: no session can be called like this. Then the daemon's pid, in base 36. */
const PREFIX = "..run-";
const TEXT_SUFFIX = ".text";
const RUN_FILE = /^\.\.run-([0-9a-z]+)(?:\.text)?$/;

/** Files of a daemon through which it hands a command to its shell. */
export interface RunFiles {
  /** The file that the typed line makes the shell read. */
  path: string;
  /** The file with the command, which the first one makes the shell read. */
  textPath: string;
}

/**
 * Paths, without symbolic links, of the run files of the daemon with that pid. The files exist while
 * a command runs.
 */
export function runFilesOf(config: Config, pid: number): RunFiles {
  const path = `${realpathSync(config.socketDir)}/${PREFIX}${pid.toString(36)}`;
  return { path, textPath: path + TEXT_SUFFIX };
}

/** Run files of daemons that are gone and could not remove them. */
export function orphanedRunFiles(config: Config): string[] {
  return entriesOf(config.socketDir)
    .filter((name) => {
      const pid = Number.parseInt(RUN_FILE.exec(name)?.[1] ?? "", 36);
      return Number.isSafeInteger(pid) && !isDaemon(pid);
    })
    .map((name) => socketPath(config, name));
}

/** Whether a daemon probably has that pid: the pid may have been reused by another process. */
function isDaemon(pid: number): boolean {
  if (!isAlive(pid)) return false;
  // No /proc, or we may not read this entry.
  return (
    ifAccessible(() => {
      // Empty for a zombie, whose parent has not waited for it yet.
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes("--daemon");
    }) ?? true
  );
}

function entriesOf(dir: string): string[] {
  // No directory, no files.
  return ifAccessible(() => readdirSync(dir)) ?? [];
}
