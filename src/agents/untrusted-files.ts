import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from "node:fs";

import { ifAccessible } from "../base/system-access.ts";

export interface FileEnd {
  text: string;
  /** True when the file is longer: the text may begin in the middle of a line or a character. */
  isCut: boolean;
  /** Unix seconds. */
  modifiedAt: number;
}

/**
 * The last `maxBytes` of a regular file; undefined for everything else: missing, not ours to read, a
 * directory, a symlink loop, a FIFO, a device. It never waits and never reads more than that.
 */
export function readFileEnd(path: string, maxBytes: number): FileEnd | undefined {
  return withRegularFile(path, (file) => {
    const { size, mtimeMs } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, maxBytes));
    const length = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    const text = bytes.toString("utf8", 0, length);
    return { text, isCut: size > bytes.length, modifiedAt: Math.floor(mtimeMs / 1000) };
  });
}

/** The first `maxBytes` of a regular file; undefined for everything else. */
export function readFileStart(path: string, maxBytes: number): Uint8Array | undefined {
  return withRegularFile(path, (file) => {
    const bytes = Buffer.alloc(maxBytes);
    return bytes.subarray(0, readSync(file, bytes, 0, maxBytes, 0));
  });
}

/** Milliseconds since 1970 when a regular file was last written; undefined for everything else. */
export function modifiedAtMs(path: string): number | undefined {
  // ENOENT, EACCES, ELOOP, a NUL in the name …
  return ifAccessible(() => {
    const status = statSync(path);
    return status.isFile() ? status.mtimeMs : undefined;
  });
}

/** Names in a directory; none when it is missing, not ours to read or no directory. */
export function namesIn(dir: string): string[] {
  // ENOENT, EACCES, ELOOP, ENOTDIR …
  return ifAccessible(() => readdirSync(dir)) ?? [];
}

function withRegularFile<T>(path: string, use: (file: number) => T): T | undefined {
  // Opening some devices does something, so ask first; what is opened is asked again below, and
  // O_NONBLOCK keeps a FIFO that took the file's place from waiting for a writer.
  if (modifiedAtMs(path) === undefined) return undefined;
  // Gone, not ours to read, or a bad disk.
  return ifAccessible(() => {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      return fstatSync(file).isFile() ? use(file) : undefined;
    } finally {
      closeSync(file);
    }
  });
}
