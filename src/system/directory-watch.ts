import { closeSync, constants, openSync } from "node:fs";

import { shareLock } from "./file-lock.ts";
import { lazyLibc } from "./libc.ts";

const F_NOTIFY = 1026; // F_LINUX_SPECIFIC_BASE + 2
const DN_DELETE = 0x8n;
const DN_RENAME = 0x10n;
const DN_MULTISHOT = 0x80000000n;

/**
 * Reports when something vanishes from a directory, and keeps cleaners away from it:
 * systemd-tmpfiles skips a locked directory.
 *
 * The kernel reports by SIGIO (`F_NOTIFY` of fcntl(2)). Inotify would also work, but a user can have
 * only 128 instances of it, fewer than there may be sessions; this has no limit and needs no thread.
 */
export class DirectoryWatch {
  readonly #fd: number;
  readonly #onSignal: () => void;

  private constructor(fd: number, onVanished: () => void) {
    this.#fd = fd;
    this.#onSignal = onVanished;
    process.on("SIGIO", this.#onSignal); // before it can arrive: by default it ends the process
    shareLock(fd); // where file systems have no locks, cleaners need another sign
    if (process.platform !== "linux") return;
    const libc = calls();
    libc.fcntl(fd, F_NOTIFY, DN_DELETE | DN_RENAME | DN_MULTISHOT);
  }

  /**
   * Watches a directory until it is closed. Where the system cannot report it, nothing is ever called.
   * @param onVanished something may have vanished; called more often than needed.
   * @throws a system error when the directory is not there.
   */
  static open(path: string, onVanished: () => void): DirectoryWatch {
    const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
    return new DirectoryWatch(openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), onVanished);
  }

  close(): void {
    closeSync(this.#fd); // first: it ends the signals
    process.off("SIGIO", this.#onSignal);
  }
}

const calls = lazyLibc({ fcntl: { args: ["i32", "i32", "i64"], returns: "i32" } });
