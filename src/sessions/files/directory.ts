import { lstatSync, mkdirSync, renameSync, type Stats } from "node:fs";

import { describeError, errnoOf, TsmError } from "../../base/errors.ts";
import type { Config } from "../../config/paths.ts";
import { PrivateDirectory, problemWithDirectory, unsafe } from "../../system/private-directory.ts";
import { foreignLinkIn, realPath } from "../../system/real-path.ts";

/**
 * Makes the socket directory (0700) when it is missing and checks that nobody else can reach what
 * is in it. The directory of logs and sidecars beside it is checked when it is used: sessions can do
 * without.
 * @throws TsmError `unsafe-directory`, or `io` when it cannot be made.
 */
export function ensureSocketDir(config: Config): void {
  try {
    mkdirSync(config.socketDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw cannotUse(config.socketDir, describeError(error), error);
  }
  checkSocketDir(config);
  moveOldLogs(config);
}

/**
 * Checks the socket directory: a session's keystrokes must reach nobody else's daemon.
 * @returns false when there is none.
 * @throws TsmError `unsafe-directory` when it is no directory, another user's, or others may write.
 */
export function checkSocketDir(config: Config): boolean {
  const dir = config.socketDir;
  const link = foreignLinkIn(dir);
  if (link !== undefined) {
    throw unsafe(`${link} is a symbolic link of another user.`, "Have it removed");
  }
  const stats = statIfThere(realPath(dir));
  if (stats === undefined) return false;
  const problem = problemWithDirectory(dir, stats);
  if (problem !== undefined) throw problem;
  return true;
}

/**
 * Opens the directory of logs and sidecars; undefined when there is none. The caller closes it.
 * @throws TsmError `unsafe-directory`; a system error when it cannot be opened.
 */
export function openLogDir(config: Config): PrivateDirectory | undefined {
  return PrivateDirectory.open(realPath(config.logDir));
}

/** The same, made when it is missing. */
export function makeLogDir(config: Config): PrivateDirectory {
  return PrivateDirectory.make(realPath(config.logDir));
}

/** Older programs kept logs inside the socket directory; a session may be called `logs` now. */
function moveOldLogs(config: Config): void {
  const old = `${config.socketDir}/logs`;
  try {
    if (statIfThere(old)?.isDirectory() !== true || statIfThere(config.logDir) !== undefined)
      return;
    renameSync(old, config.logDir);
  } catch (error) {
    // Another command may have moved it just now; and no log is worth failing for.
    if (errnoOf(error) === undefined && !(error instanceof TsmError)) throw error;
  }
}

function statIfThere(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw cannotUse(path, describeError(error), error);
  }
}

function cannotUse(dir: string, reason: string, cause: unknown): TsmError {
  return new TsmError("io", `Cannot use the session directory ${dir}: ${reason}.`, {
    remedy: "Fix its permissions, or set TSM_DIR to a directory of your own.",
    cause,
  });
}
