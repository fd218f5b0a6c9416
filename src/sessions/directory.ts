import { chmodSync, existsSync, mkdirSync, renameSync, statSync, type Stats } from "node:fs";

import { describeError, errnoOf, TsmError } from "../base/errors.ts";
import type { Config } from "../config/paths.ts";

const OTHERS_MAY_WRITE = 0o022;

/**
 * Makes the socket directory (0700) when it is missing and checks that nobody else can reach what
 * is in it.
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
  const stats = statIfThere(dir);
  if (stats === undefined) return false;
  const uid = process.getuid?.();
  if (!stats.isDirectory()) throw unsafe(`${dir} is not a directory.`, "Remove it");
  if (uid !== undefined && stats.uid !== uid) {
    throw unsafe(`${dir} belongs to another user (uid ${stats.uid}).`, "Have it removed");
  }
  if ((stats.mode & OTHERS_MAY_WRITE) !== 0) {
    const mode = (stats.mode & 0o7777).toString(8);
    throw unsafe(`Others may write to ${dir} (mode ${mode}).`, `Run 'chmod 700 ${dir}'`);
  }
  return true;
}

/** Makes a directory of ours (0700), with those above it. @throws a system error. */
export function ensurePrivateDir(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if ((statSync(dir).mode & 0o077) !== 0) chmodSync(dir, 0o700);
}

/** Older programs kept logs inside the socket directory; a session may be called `logs` now. */
function moveOldLogs(config: Config): void {
  const old = `${config.socketDir}/logs`;
  if (existsSync(config.logDir) || statIfThere(old)?.isDirectory() !== true) return;
  try {
    renameSync(old, config.logDir);
  } catch (error) {
    // Another command may have moved it just now; and no log is worth failing for.
    if (errnoOf(error) === undefined) throw error;
  }
}

function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw cannotUse(path, describeError(error), error);
  }
}

function unsafe(fact: string, remedy: string): TsmError {
  return new TsmError("unsafe-directory", fact, {
    remedy: `${remedy}, or set TSM_DIR to a directory of your own.`,
  });
}

function cannotUse(dir: string, reason: string, cause: unknown): TsmError {
  return new TsmError("io", `Cannot use the session directory ${dir}: ${reason}.`, {
    remedy: "Mend its permissions, or set TSM_DIR to a directory of your own.",
    cause,
  });
}
