import { writeSync } from "node:fs";

import type { WriteSome } from "./byte-queue.ts";
import { errnoOf } from "./errors.ts";

/** Pause before the next attempt while a non-blocking descriptor is full. */
const RETRY_MS = 2;

/**
 * Writes to a descriptor once.
 * @returns bytes written: 0 when the descriptor is non-blocking and full.
 * @throws the system's error; `EPIPE` or `EIO` when its reader is gone.
 */
export function writeSome(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if (errnoOf(error) === "EAGAIN") return 0;
    throw error;
  }
}

/**
 * Writes all of the bytes to a descriptor, and waits for as long as its reader needs, even on a
 * non-blocking descriptor: other programs may have made a shared descriptor non-blocking.
 * @throws as {@link writeSome}.
 */
export function writeAll(fd: number, bytes: Uint8Array): void {
  writeAllWith((rest) => writeSome(fd, rest), bytes, Infinity);
}

/**
 * Writes all of the bytes with the function `write`. Blocks the event loop.
 * @returns false when `write` still accepts nothing after `timeoutMs`; true when all was written.
 */
export function writeAllWith(write: WriteSome, bytes: Uint8Array, timeoutMs: number): boolean {
  const giveUpAtMs = performance.now() + timeoutMs;
  for (let at = 0; at < bytes.byteLength;) {
    const written = Math.max(0, write(bytes.subarray(at)));
    if (written === 0 && performance.now() > giveUpAtMs) return false;
    if (written === 0) Bun.sleepSync(RETRY_MS);
    at += written;
  }
  return true;
}
