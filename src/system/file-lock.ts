import { closeSync, constants, fstatSync, lstatSync, openSync, rmSync, writeSync } from "node:fs";

import { errnoOf } from "../base/errors.ts";
import { lastErrno, lazyLibc } from "./libc.ts";

const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;

/** Takes a shared lock without waiting; it ends with the descriptor: flock(2). */
export function shareLock(fd: number): boolean {
  return flock(fd, LOCK_SH) === undefined;
}

/**
 * A file that is locked by one process at a time. The kernel releases it when that process ends,
 * however it ends, so a held lock means that its process is running.
 */
export class FileLock {
  readonly #path: string;
  #fd: number | undefined;

  private constructor(path: string, fd: number) {
    this.#path = path;
    this.#fd = fd;
  }

  /**
   * Takes the lock, without waiting, and writes this process's id into its file. Close it with
   * {@link release}.
   * On a file system without locks there is only the file.
   * @returns undefined while another process holds it.
   * @throws a system error when the file cannot be made.
   */
  static take(path: string): FileLock | undefined {
    for (;;) {
      const { O_RDONLY, O_CREAT, O_NOFOLLOW } = constants;
      // Not for writing: while such a file is open its disk cannot be made read-only.
      const fd = openSync(path, O_RDONLY | O_CREAT | O_NOFOLLOW, 0o600);
      const isTaken = flock(fd, LOCK_EX) === "EAGAIN";
      // The last holder removes the file: then we have locked one that others can no longer find.
      if (!isTaken && isStill(path, fd)) {
        writePid(path);
        return new FileLock(path, fd);
      }
      closeSync(fd);
      if (isTaken) return undefined;
    }
  }

  /**
   * Whether a process holds a lock; changes nothing. Undefined when that is unknown: no permission,
   * or the path is not a regular file.
   */
  static isHeld(path: string): boolean | undefined {
    let fd: number;
    try {
      fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      return errnoOf(error) === "ENOENT" ? false : undefined;
    }
    const error = flock(fd, LOCK_EX);
    closeSync(fd); // which also releases the lock that was just taken
    return error === "EAGAIN" ? true : error === undefined ? false : undefined;
  }

  /** Whether the file that others find is still the one that is locked. */
  isOurs(): boolean {
    return this.#fd !== undefined && isStill(this.#path, this.#fd);
  }

  /** Removes the file and ends the lock. Idempotent. */
  release(): void {
    if (this.#fd === undefined) return;
    if (this.isOurs()) removeIfPossible(this.#path);
    closeSync(this.#fd);
    this.#fd = undefined;
  }
}

function isStill(path: string, fd: number): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false });
  const locked = fstatSync(fd);
  return there?.ino === locked.ino && there.dev === locked.dev;
}

function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error; // EROFS: an unlocked file says nothing
  }
}

/** Shows people which process holds the lock. */
function writePid(path: string): void {
  try {
    const fd = openSync(path, constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW);
    try {
      writeSync(fd, `${process.pid}\n`);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (errnoOf(error) === undefined) throw error; // ENOSPC: the lock holds without it
  }
}

/** @returns the name of the error, or undefined when it is locked. */
function flock(fd: number, operation: number): string | undefined {
  return calls().flock(fd, operation | LOCK_NB) === 0 ? undefined : lastErrno();
}

const calls = lazyLibc({ flock: { args: ["i32", "i32"], returns: "i32" } });
