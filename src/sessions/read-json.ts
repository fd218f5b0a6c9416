import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

import { errnoOf } from "../base/errors.ts";

/** Far above any sidecar of ours; a longer file is none. */
const MAX_SIDECAR_BYTES = 64 * 1024;

/**
 * The JSON object in a small file; undefined when there is none, or nothing that is one. Whatever
 * stands there instead (a FIFO, a directory, half a file) is no reason to fail or to wait.
 */
export function readJsonObject(path: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readSmallFile(path) ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? { ...value }
      : undefined;
  } catch (error) {
    // ENOENT, EACCES, …, or text that is no JSON: then nothing is known.
    if (errnoOf(error) !== undefined || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readSmallFile(path: string): string | undefined {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile() || stats.size > MAX_SIDECAR_BYTES) return undefined;
    const bytes = Buffer.alloc(stats.size);
    return bytes.toString("utf8", 0, readSync(fd, bytes));
  } finally {
    closeSync(fd);
  }
}
