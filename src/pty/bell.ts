import { watch, type FSWatcher } from "node:fs";

import { errnoOf } from "../base/errors.ts";

/**
 * Rings when a program writes to a terminal. On Linux every write to the slave device is a
 * modification that inotify reports; nothing runs while all is quiet. Echo by the line discipline
 * is no write and rings nothing.
 */
export class Bell {
  readonly #slavePath: string;
  readonly #onRing: () => void;
  #watcher: FSWatcher | undefined;

  constructor(slavePath: string, onRing: () => void) {
    this.#slavePath = slavePath;
    this.#onRing = onRing;
  }

  /** Starts to listen. False where there is no bell to be had any more. Costs some 30 µs. */
  arm(): boolean {
    if (this.#watcher !== undefined) return true;
    try {
      const watcher = watch(this.#slavePath, () => this.#onRing());
      watcher.on("error", () => this.disarm());
      this.#watcher = watcher;
      return true;
    } catch (error) {
      if (errnoOf(error) !== undefined) return false;
      throw error;
    }
  }

  get isArmed(): boolean {
    return this.#watcher !== undefined;
  }

  /** Stops to listen. Worth it in a flood: then each of the program's writes costs less. */
  disarm(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}

/**
 * Whether a bell can be had here. Linux allows a user 128 inotify instances by default; other
 * systems have no such events for devices.
 */
export function canHaveBell(): boolean {
  if (process.platform !== "linux") return false;
  // Bun makes one inotify instance for the whole process and keeps it, so this also reserves ours.
  const probe = new Bell("/dev/pts", () => {});
  const isPossible = probe.arm();
  probe.disarm();
  return isPossible;
}
