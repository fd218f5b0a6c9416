import { appendFileSync, renameSync, statSync } from "node:fs";

import { errnoOf } from "../base/errors.ts";
import type { Config } from "../config/paths.ts";
import { logPath, renameIfThere } from "../sessions/artifacts.ts";
import { ensurePrivateDir } from "../sessions/directory.ts";

/** A longer log is started anew; the last one is kept as `.1`. */
const MAX_LOG_BYTES = 1024 * 1024;

/**
 * One session's log. Writing it never fails a session: when the disk is full, an entry is lost.
 */
export class DaemonLog {
  readonly #config: Config;
  #path: string;

  constructor(config: Config, session: string) {
    this.#config = config;
    this.#path = logPath(config, session);
  }

  /** Appends one line with the time in front. */
  write(event: string): void {
    const line = `${new Date().toISOString()} ${event.replace(/[\p{Cc}\s]+/gu, " ")}\n`;
    ignoringSystemErrors(() => {
      ensurePrivateDir(this.#config.logDir);
      if (sizeOf(this.#path) + line.length > MAX_LOG_BYTES) {
        renameSync(this.#path, `${this.#path}.1`);
      }
      appendFileSync(this.#path, line, { mode: 0o600 });
    });
  }

  /** Goes on under the session's new name. */
  rename(session: string): void {
    const path = logPath(this.#config, session);
    ignoringSystemErrors(() => renameIfThere(this.#path, path));
    this.#path = path;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** For work whose failure may cost a convenience but never the session: logs, sidecars. */
export function ignoringSystemErrors(work: () => void): void {
  try {
    work();
  } catch (error) {
    // ENOSPC, EROFS, EACCES, …: nothing of the session depends on it.
    if (errnoOf(error) === undefined) throw error;
  }
}
