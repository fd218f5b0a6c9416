import { TsmError } from "../../base/errors.ts";
import type { Config } from "../../config/paths.ts";
import { logPath } from "../../sessions/files/artifacts.ts";
import { openLogDir } from "../../sessions/files/directory.ts";
import { placesOf } from "../../sessions/files/places.ts";

/** Limit for one read; a log holds at most 1 MiB, so this covers a whole log. */
const MAX_TAIL_BYTES = 2 * 1024 * 1024;

/** A part of a log, and the offset at which the next part begins. */
export interface LogPart {
  text: string;
  end: number;
  /** The file's inode number; a different one means that a new log was started. */
  inode: number;
}

/** The log file of a session, which may have ended. */
export class SessionLog {
  readonly #place: Config;
  readonly #name: string;

  private constructor(place: Config, name: string) {
    this.#place = place;
    this.#name = name;
  }

  /** Finds the log in the first place that has one; else returns where it would be. */
  static find(config: Config, name: string): SessionLog {
    const logs = placesOf(config).map((place) => new SessionLog(place, name));
    const [first] = logs;
    const found = logs.find((log) => log.read() !== undefined) ?? first;
    if (found === undefined) throw new TsmError("io", "There is no place for logs.");
    return found;
  }

  get path(): string {
    return logPath(this.#place, this.#name);
  }

  /** Directory of the log; a log that has grown too long is replaced in it. */
  get dir(): string {
    return this.#place.logDir;
  }

  /** Reads the log from `offset` on; undefined without a log. @throws TsmError; a system error. */
  read(offset = 0): LogPart | undefined {
    using dir = openLogDir(this.#place);
    const file = dir?.read(`${this.#name}.log`, MAX_TAIL_BYTES, offset);
    return file && { text: file.bytes.toString("utf8"), end: file.end, inode: file.inode };
  }
}

/** Returns the last `count` lines of a text. */
export function lastLines(text: string, count: number): string[] {
  return text.trimEnd().split("\n").slice(-count);
}
