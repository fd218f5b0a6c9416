import { errnoOf, TsmError } from "../base/errors.ts";
import { makeHarmless } from "../base/harmless-text.ts";
import type { Config } from "../config/paths.ts";
import { makeLogDir } from "../sessions/files/directory.ts";
import type { SessionName } from "../sessions/names.ts";

/** Above this size a new log is begun; the last one is kept as `.1`. */
const MAX_LOG_BYTES = 1024 * 1024;

/**
 * One session's log. Writing it never fails a session: when the disk is full, an entry is lost.
 */
export class DaemonLog {
  readonly #config: Config;
  #file: string;

  constructor(config: Config, session: SessionName) {
    this.#config = config;
    this.#file = fileOf(session);
  }

  /** Appends one line with the time in front. */
  write(event: string): void {
    const line = `${new Date().toISOString()} ${makeHarmless(event.replace(/[\p{Cc}\s]+/gu, " "))}\n`;
    ignoringSystemErrors(() => {
      using dir = makeLogDir(this.#config);
      const size = dir.stats(this.#file)?.size ?? 0;
      if (size + line.length > MAX_LOG_BYTES) dir.rename(this.#file, `${this.#file}.1`);
      dir.append(this.#file, line);
    });
  }

  /** Continues under the session's new name. */
  rename(session: SessionName): void {
    const file = fileOf(session);
    ignoringSystemErrors(() => {
      using dir = makeLogDir(this.#config);
      dir.rename(this.#file, file);
    });
    this.#file = file;
  }
}

function fileOf(session: SessionName): string {
  return `${session}.log`;
}

/** For work whose failure may cost a convenience but never the session: logs, sidecars. */
export function ignoringSystemErrors(work: () => void): void {
  try {
    work();
  } catch (error) {
    // ENOSPC, EROFS, EACCES, a directory that is another user's: nothing of the session depends on
    // it.
    if (errnoOf(error) === undefined && !(error instanceof TsmError)) throw error;
  }
}
