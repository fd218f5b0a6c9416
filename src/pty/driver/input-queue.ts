import { writeSync } from "node:fs";

import { errnoOf } from "../../base/errors.ts";

const RETRY_MIN_MS = 1;
const RETRY_MAX_MS = 64;

/** Writes what can be written now; returns how many bytes that was. */
export type WriteSome = (bytes: Uint8Array) => number;

/**
 * Input on its way to a program. One that does not read leaves the rest waiting here, where its
 * size is known.
 */
export class InputQueue {
  readonly #onDrain: () => void;
  #writeSome: WriteSome = () => 0;
  #waiting: Uint8Array[] = [];
  #pendingBytes = 0;
  #retry: Timer | undefined;
  #retryMs = RETRY_MIN_MS;
  #isClosed = false;

  /**
   * Everything waits until `open` tells where it goes.
   * @param onDrain nothing waits here any more.
   */
  constructor(onDrain: () => void) {
    this.#onDrain = onDrain;
  }

  open(writeSome: WriteSome): void {
    this.#writeSome = writeSome;
    if (this.#waiting.length > 0) this.#goOn();
  }

  /** Bytes that wait here. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Writes bytes; they are copied when they have to wait. */
  push(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    const written = this.#waiting.length === 0 ? this.#writeSome(bytes) : 0;
    if (written === bytes.byteLength) return;
    this.#waiting.push(bytes.slice(written));
    this.#pendingBytes += bytes.byteLength - written;
    this.#retry ??= setTimeout(() => this.#goOn(), this.#retryMs);
  }

  /** Drops what waits. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#waiting = [];
    this.#pendingBytes = 0;
  }

  #goOn(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    let total = 0;
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      const written = this.#writeSome(head);
      total += written;
      this.#pendingBytes -= written;
      if (written < head.byteLength) {
        this.#waiting[0] = head.subarray(written);
        break;
      }
      this.#waiting.shift();
    }
    this.#retryMs = total > 0 ? RETRY_MIN_MS : Math.min(RETRY_MAX_MS, this.#retryMs * 2);
    if (this.#waiting.length === 0) return this.#onDrain();
    this.#retry = setTimeout(() => this.#goOn(), this.#retryMs);
  }
}

/** Writes into a PTY master that does not block. */
export function writeToMaster(fd: number): WriteSome {
  return (bytes) => {
    try {
      return writeSync(fd, bytes);
    } catch (error) {
      if (errnoOf(error) === "EAGAIN") return 0;
      if (errnoOf(error) !== undefined) return bytes.byteLength; // EIO: nobody will ever read it
      throw error;
    }
  };
}
