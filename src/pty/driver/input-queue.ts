import { ByteQueue, type WriteSome } from "../../base/byte-queue.ts";
import { errnoOf } from "../../base/errors.ts";
import { writeSome } from "../../base/write-descriptor.ts";

const RETRY_MIN_MS = 1;
const RETRY_MAX_MS = 64;

/**
 * Input on its way to a program. If the program does not read, the rest waits here, where its size
 * is known: those who type check `pendingBytes`.
 */
export class InputQueue {
  readonly #onDrain: () => void;
  readonly #queue = new ByteQueue();
  #writeSome: WriteSome = () => 0;
  #retry: Timer | undefined;
  #retryMs = RETRY_MIN_MS;

  /**
   * Everything waits until `open` says where it goes.
   * @param onDrain nothing waits here any more.
   */
  constructor(onDrain: () => void) {
    this.#onDrain = onDrain;
  }

  open(write: WriteSome): void {
    this.#writeSome = write;
    if (!this.#queue.isEmpty) this.#flush();
  }

  /** Bytes that wait here. */
  get pendingBytes(): number {
    return this.#queue.byteLength;
  }

  /** Writes bytes; they are copied when they have to wait. */
  push(bytes: Uint8Array): void {
    if (this.#queue.isClosed) return;
    const written = this.#queue.isEmpty ? this.#writeSome(bytes) : 0;
    if (written === bytes.byteLength) return;
    this.#queue.pushCopy(bytes.subarray(written));
    this.#retry ??= setTimeout(() => this.#flush(), this.#retryMs);
  }

  /** Drops what waits. */
  close(): void {
    clearTimeout(this.#retry);
    this.#queue.close();
  }

  #flush(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const written = this.#queue.flush(this.#writeSome);
    this.#retryMs = written > 0 ? RETRY_MIN_MS : Math.min(RETRY_MAX_MS, this.#retryMs * 2);
    if (this.#queue.isEmpty) return this.#onDrain();
    this.#retry = setTimeout(() => this.#flush(), this.#retryMs);
  }
}

/** Writes into a PTY master that does not block. */
export function writeToMaster(fd: number): WriteSome {
  return (bytes) => {
    try {
      return writeSome(fd, bytes);
    } catch (error) {
      if (errnoOf(error) !== undefined) return bytes.byteLength; // EIO: no program is left to read it
      throw error;
    }
  };
}
