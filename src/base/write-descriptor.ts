import { writeSync } from "node:fs";

import type { WriteSome } from "./byte-queue.ts";
import { errnoOf } from "./errors.ts";

/** Pause before the next try while a descriptor that does not block is full. */
const RETRY_MS = 2;

/**
 * Writes into a descriptor once.
 * @returns bytes written: 0 when it does not block and is full.
 * @throws the system's error, `EPIPE` or `EIO` when nobody can read it any more.
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
 * Writes all of the bytes into a descriptor, and waits for as long as its reader needs, whether it
 * blocks or not: other programs may have made a shared descriptor non-blocking.
 * @throws as {@link writeSome}.
 */
export function writeAll(fd: number, bytes: Uint8Array): void {
  writeAllWith((rest) => writeSome(fd, rest), bytes, Infinity);
}

/**
 * The same by any means of writing. Blocks the event loop.
 * @returns whether all was written before nothing more was accepted and `timeoutMs` were over.
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
