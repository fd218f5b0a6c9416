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
 * Reads the last `maxBytes` of a regular file; undefined for anything else: a missing or unreadable
 * file, a directory, a symlink loop, a FIFO, a device. Never waits and never reads more than that.
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

/** Reads the first `maxBytes` of a regular file; undefined for anything else. */
export function readFileStart(path: string, maxBytes: number): Uint8Array | undefined {
  return withRegularFile(path, (file) => {
    const bytes = Buffer.alloc(maxBytes);
    return bytes.subarray(0, readSync(file, bytes, 0, maxBytes, 0));
  });
}

/** Time of a regular file's last change, in Unix milliseconds; undefined for anything else. */
export function modifiedAtMs(path: string): number | undefined {
  // ENOENT, EACCES, ELOOP, a NUL in the name …
  return ifAccessible(() => {
    const status = statSync(path);
    return status.isFile() ? status.mtimeMs : undefined;
  });
}

/** Names in a directory; none when it is missing, unreadable or not a directory. */
export function namesIn(dir: string): string[] {
  // ENOENT, EACCES, ELOOP, ENOTDIR …
  return ifAccessible(() => readdirSync(dir)) ?? [];
}

function withRegularFile<T>(path: string, use: (file: number) => T): T | undefined {
  // Opening some devices has side effects, so check the type first. It is checked again after
  // opening; if a FIFO has replaced the file, O_NONBLOCK keeps `openSync` from waiting for writers.
  if (modifiedAtMs(path) === undefined) return undefined;
  // Undefined when the file has vanished or is unreadable, or the disk is bad.
  return ifAccessible(() => {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      return fstatSync(file).isFile() ? use(file) : undefined;
    } finally {
      closeSync(file);
    }
  });
}
