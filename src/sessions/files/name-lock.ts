import { readdirSync } from "node:fs";

import { ifAccessible } from "../../base/system-access.ts";
import { socketPath, type Config } from "../../config/paths.ts";
import { FileLock } from "../../system/file-lock.ts";

/** Two dots: no session can be called like this. */
const PREFIX = "..";
const SUFFIX = ".lock-d";

/**
 * Path of the lock that a session's daemon holds as long as it lives, and that a command holds for a
 * moment while it removes what a dead daemon left. So the socket of a daemon that is about to listen
 * is never removed, and a stopped daemon is never mistaken for a dead one.
 */
export function nameLockPath(config: Config, name: string): string {
  return socketPath(config, PREFIX + name + SUFFIX);
}

/** Names for which a place has a lock file, whether it is held or was left behind. */
export function lockedNames(place: Config): string[] {
  return namesIn(place.socketDir)
    .filter((file) => file.startsWith(PREFIX) && file.endsWith(SUFFIX))
    .map((file) => file.slice(PREFIX.length, -SUFFIX.length));
}

/** Takes the lock of a name, without waiting; undefined while a daemon lives under that name. */
export function takeNameLock(config: Config, name: string): FileLock | undefined {
  return FileLock.take(nameLockPath(config, name));
}

function namesIn(dir: string): string[] {
  return ifAccessible(() => readdirSync(dir)) ?? []; // no directory, no locks
}

/** Whether a daemon lives under that name; undefined when the lock cannot be checked. */
export function isNameLocked(config: Config, name: string): boolean | undefined {
  return FileLock.isHeld(nameLockPath(config, name));
}

/**
 * Calls `work` while holding the lock of a name, so that no other process can take the name.
 * @returns undefined without calling it when a daemon lives under the name or locking fails.
 */
export function whileLocked<T>(config: Config, name: string, work: () => T): T | undefined {
  const lock = takeIfPossible(config, name);
  if (lock === undefined) return undefined;
  try {
    return work();
  } finally {
    lock.release();
  }
}

function takeIfPossible(config: Config, name: string): FileLock | undefined {
  return ifAccessible(() => takeNameLock(config, name)); // no permission, a full disk
}
