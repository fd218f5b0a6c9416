import { ptr } from "bun:ffi";
import { closeSync } from "node:fs";

import { lastErrno, lazyLibc } from "../../system/libc.ts";
import type { OutputBuffer } from "./output-buffer.ts";
import { ReadBell } from "./read-bell.ts";
import { TimerBell } from "./timer-bell.ts";

/** Read at once, before the event loop gets its turn. */
const TURN_BYTES = 64 * 1024;

/**
 * Reads a PTY master when there is output, and only as fast as allowed: unread output stays in the
 * kernel, and the program waits in its next write.
 */
export class MasterReader {
  readonly #fd: number;
  readonly #buffer: OutputBuffer;
  readonly #bell: ReadBell | TimerBell;
  #maxBytes = TURN_BYTES;
  #isPaused = false;
  #isClosed = false;
  /** Counts reads, so that a caller can see whether there was output between two checks. */
  reads = 0;

  /** @param fd a descriptor of the master that does not block; it is closed with the reader. */
  constructor(fd: number, buffer: OutputBuffer) {
    this.#fd = fd;
    this.#buffer = buffer;
    const onReadable = (): void => this.#read();
    this.#bell = ReadBell.open(fd, onReadable) ?? new TimerBell(fd, onReadable);
    this.#bell.arm();
  }

  pause(): void {
    this.#isPaused = true;
  }

  /** @param maxBytes read at most this much before the loop gets its turn, and can pause again. */
  resume(maxBytes: number = TURN_BYTES): void {
    this.#maxBytes = Math.min(TURN_BYTES, maxBytes);
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#bell.arm();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#bell.close();
    closeSync(this.#fd);
  }

  #read(): void {
    let left = this.#maxBytes;
    while (left > 0 && !this.#isPaused && !this.#isClosed) {
      const space = this.#buffer.space().subarray(0, left);
      const length = Number(calls().read(this.#fd, ptr(space), space.byteLength));
      if (length < 0 && lastErrno() !== "EAGAIN") return; // EIO: every slave is closed
      if (length <= 0) break;
      this.reads++;
      left -= length;
      this.#buffer.filled(length);
    }
    this.#buffer.endTurn();
    if (!this.#isPaused && !this.#isClosed) this.#bell.arm();
  }
}

const calls = lazyLibc({ read: { args: ["i32", "ptr", "u64"], returns: "i64" } });
