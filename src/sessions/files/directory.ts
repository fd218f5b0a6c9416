import { lstatSync, mkdirSync, renameSync, type Stats } from "node:fs";

import { describeError, errnoOf, TsmError } from "../../base/errors.ts";
import type { Config } from "../../config/paths.ts";
import { PrivateDirectory, problemWithDirectory, unsafe } from "../../system/private-directory.ts";
import { foreignLinkIn, realPath } from "../../system/real-path.ts";

/**
 * Creates the socket directory (0700) when it is missing and checks that other users have no access
 * to its contents. The directory of logs and sidecars beside it is only checked when it is used:
 * sessions work without it.
 * @throws TsmError `unsafe-directory`, or `io` when it cannot be created.
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
 * Checks the socket directory: keystrokes must never reach another user's daemon.
 * @returns false when the directory does not exist.
 * @throws TsmError `unsafe-directory` when the path is not a directory, belongs to another user, or
 * is writable by others.
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

/** As {@link openLogDir}, but creates the directory when it is missing. */
export function makeLogDir(config: Config): PrivateDirectory {
  return PrivateDirectory.make(realPath(config.logDir));
}

/** Older builds kept logs inside the socket directory; a session may now be called `logs`. */
function moveOldLogs(config: Config): void {
  const old = `${config.socketDir}/logs`;
  try {
    if (statIfThere(old)?.isDirectory() !== true || statIfThere(config.logDir) !== undefined)
      return;
    renameSync(old, config.logDir);
  } catch (error) {
    // Another command may have just moved it; and no log is worth failing for.
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
