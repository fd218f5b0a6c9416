import { closeSync } from "node:fs";

import { errnoOf } from "../base/errors.ts";

/** Read in one go before the event loop gets its turn. */
const TURN_BYTES = 64 * 1024;

/**
 * Reads a PTY master when the event loop says that there is something, and only as fast as it is
 * allowed to: what is not read stays in the kernel, and the program waits in its next write.
 */
export class MasterReader {
  readonly #fd: number;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #onBytes: (bytes: Uint8Array) => void;
  #resumed: PromiseWithResolvers<void> | undefined;
  #isClosed = false;
  /** Counts reads, so that a look from outside can tell whether anything has come between. */
  reads = 0;

  /** @param fd a descriptor of the master that does not block; it is closed with the reader. */
  constructor(fd: number, onBytes: (bytes: Uint8Array) => void) {
    this.#fd = fd;
    this.#onBytes = onBytes;
    this.#chunks = Bun.file(fd).stream()[Symbol.asyncIterator]();
    void this.#pump();
  }

  pause(): void {
    this.#resumed ??= Promise.withResolvers();
  }

  resume(): void {
    this.#resumed?.resolve();
    this.#resumed = undefined;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.resume();
    // Its outcome says nothing that is not known: the master is given up.
    void this.#chunks.return?.().catch(() => {});
    closeSync(this.#fd);
  }

  async #pump(): Promise<void> {
    let turnBytes = 0;
    for (;;) {
      const bytes = await this.#read();
      if (bytes === undefined) return;
      // A read that had begun when we were paused is kept back as well.
      await this.#untilResumed();
      this.reads++;
      this.#onBytes(bytes);
      turnBytes += bytes.byteLength;
      if (turnBytes < TURN_BYTES) continue;
      turnBytes = 0;
      await new Promise<void>((resolve) => setImmediate(resolve));
      await this.#untilResumed();
    }
  }

  async #untilResumed(): Promise<void> {
    while (this.#resumed !== undefined) await this.#resumed.promise;
  }

  /** The next bytes; undefined at the end, which is the master's when every slave is closed. */
  async #read(): Promise<Uint8Array | undefined> {
    if (this.#isClosed) return undefined;
    try {
      const { value, done } = await this.#chunks.next();
      return this.#isClosed || done === true ? undefined : value;
    } catch (error) {
      // EIO: the last slave is closed. EBADF: closed while we waited.
      if (errnoOf(error) !== undefined) return undefined;
      throw error;
    }
  }
}
