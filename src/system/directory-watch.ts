import { closeSync, constants, openSync } from "node:fs";

import { shareLock } from "./file-lock.ts";
import { lazyLibc } from "./libc.ts";

const F_NOTIFY = 1026; // F_LINUX_SPECIFIC_BASE + 2
const DN_DELETE = 0x8n;
const DN_RENAME = 0x10n;
const DN_MULTISHOT = 0x80000000n;

/**
 * A directory whose user wants to know when something vanishes from it, and that cleaners leave
 * alone: systemd-tmpfiles skips a directory that somebody has locked.
 *
 * The kernel tells by SIGIO (`F_NOTIFY` of fcntl(2)). Inotify would do, but a user can have 128
 * instances of it only, which is fewer than there may be sessions; this has no limit and needs no
 * thread.
 */
export class DirectoryWatch {
  readonly #fd: number;
  readonly #onSignal: () => void;

  private constructor(fd: number, onVanished: () => void) {
    this.#fd = fd;
    this.#onSignal = onVanished;
    process.on("SIGIO", this.#onSignal); // before it can come: by default it ends the process
    shareLock(fd); // where file systems have no locks, cleaners have to be told otherwise
    if (process.platform !== "linux") return;
    const libc = calls();
    libc.fcntl(fd, F_NOTIFY, DN_DELETE | DN_RENAME | DN_MULTISHOT);
  }

  /**
   * Watches a directory until it is closed. Where the system cannot tell, nothing is ever called.
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
