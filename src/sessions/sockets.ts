import { closeSync, lstatSync, openSync, rmSync, unlinkSync, type Stats } from "node:fs";

import { errnoOf, TsmError } from "../base/errors.ts";
import { socketPath, type Config } from "../config/paths.ts";
import { removeSessionRuntimeFiles } from "./artifacts.ts";
import { Connection } from "./connection.ts";

/** A lock is held for some milliseconds; one this old was left by a process that was killed. */
const ABANDONED_LOCK_MS = 5000;
const LOCK_RETRY_MS = 5;
const LOCK_TIMEOUT_MS = 8000;

/** Whether a Unix domain socket stands at this path (a link to one does not count). */
export function isSocket(path: string): boolean {
  return statIfThere(path)?.isSocket() ?? false;
}

/** Whether anything stands at this path. */
export function isTaken(path: string): boolean {
  return statIfThere(path) !== undefined;
}

/**
 * Removes the socket of a dead session, and the session's runtime files. A socket is dead only when
 * a connection is refused; slow ones, and whatever is no socket, are left alone.
 * @returns whether it has been removed.
 */
export async function cleanStaleSocket(config: Config, name: string): Promise<boolean> {
  const path = socketPath(config, name);
  // Between asking and removing nobody else may remove it: the path could be another's by then.
  return await withRemovalLock(config, name, async () => {
    if (!isSocket(path) || !(await isRefused(path))) return false;
    unlinkSync(path);
    removeSessionRuntimeFiles(config, name);
    return true;
  });
}

async function isRefused(path: string): Promise<boolean> {
  try {
    const connection = await Connection.open(path, { onMessage: () => {}, onClose: () => {} });
    connection.close();
    return false;
  } catch (error) {
    if (error instanceof TsmError) return error.code === "refused";
    throw error;
  }
}

async function withRemovalLock<T>(
  config: Config,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  // Two dots: no session can be called like this.
  const lock = socketPath(config, `..${name}.lock`);
  const giveUpAtMs = Date.now() + LOCK_TIMEOUT_MS;
  while (!tryLock(lock)) {
    const lockedAtMs = statIfThere(lock)?.mtimeMs;
    if (lockedAtMs !== undefined && Date.now() - lockedAtMs > ABANDONED_LOCK_MS) {
      rmSync(lock, { force: true });
    } else if (Date.now() > giveUpAtMs) {
      throw new TsmError("io", `Cannot lock ${lock}.`, { remedy: "Remove that file." });
    } else {
      await Bun.sleep(LOCK_RETRY_MS);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function tryLock(lock: string): boolean {
  try {
    closeSync(openSync(lock, "wx", 0o600));
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw error;
  }
}

function statIfThere(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}
