import { closeSync, fstatSync, openSync, readSync } from "node:fs";

import { errnoOf } from "../base/errors.ts";

/** A log holds 1 MiB at most; this is more than anybody reads. */
const MAX_TAIL_BYTES = 2 * 1024 * 1024;

/** A part of a file, and where the next one begins. */
export interface LogPart {
  text: string;
  end: number;
  /** The file's number: another one means that the log was started anew. */
  inode: number;
}

/** A log from `offset` on; undefined when there is none. @throws other system errors. */
export function readLog(path: string, offset = 0): LogPart | undefined {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    const { size, ino } = fstatSync(fd);
    const start = Math.max(Math.min(offset, size), size - MAX_TAIL_BYTES);
    const bytes = Buffer.alloc(size - start);
    const length = readSync(fd, bytes, 0, bytes.length, start);
    return { text: bytes.toString("utf8", 0, length), end: start + length, inode: ino };
  } finally {
    closeSync(fd);
  }
}

/** The last lines of a text. */
export function lastLines(text: string, count: number): string[] {
  return text.trimEnd().split("\n").slice(-count);
}
