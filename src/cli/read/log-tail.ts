import { TsmError } from "../../base/errors.ts";
import type { Config } from "../../config/paths.ts";
import { logPath } from "../../sessions/files/artifacts.ts";
import { openLogDir } from "../../sessions/files/directory.ts";
import { placesOf } from "../../sessions/files/places.ts";

/** A log holds 1 MiB at most; this is more than anybody reads. */
const MAX_TAIL_BYTES = 2 * 1024 * 1024;

/** A part of a log, and where the next one begins. */
export interface LogPart {
  text: string;
  end: number;
  /** The file's number: another one means that the log was begun again. */
  inode: number;
}

/** The log of a session, which may have ended: where it is, and how to read it. */
export class SessionLog {
  readonly #place: Config;
  readonly #name: string;

  private constructor(place: Config, name: string) {
    this.#place = place;
    this.#name = name;
  }

  /** That of the first place that has one; else where it would be. */
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

  /** Directory of the log, which is replaced there when it has grown too long. */
  get dir(): string {
    return this.#place.logDir;
  }

  /** From `offset` on; undefined when there is none. @throws TsmError; a system error. */
  read(offset = 0): LogPart | undefined {
    using dir = openLogDir(this.#place);
    const file = dir?.read(`${this.#name}.log`, MAX_TAIL_BYTES, offset);
    return file && { text: file.bytes.toString("utf8"), end: file.end, inode: file.inode };
  }
}

/** The last lines of a text. */
export function lastLines(text: string, count: number): string[] {
  return text.trimEnd().split("\n").slice(-count);
}
