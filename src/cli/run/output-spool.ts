import { write } from "node:fs";

import { errnoOf } from "../../base/errors.ts";
import { outputError } from "../standard-streams.ts";

/** What waits in memory for a reader that is slow; then whoever produces has to wait. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;
const STDOUT = 1;
const RETRY_MS = 2;

/** Writes to standard output without ever holding up this process while its reader is slow. */
export class OutputSpool {
  readonly #chunks: Uint8Array[] = [];
  #pendingBytes = 0;
  #isClosed = false;
  #failure: unknown;
  #writing: Promise<void> | undefined;

  /** Nobody reads any more, or nothing can be written; what is pushed is dropped. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Why nothing can be written, when that is not because nobody reads. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Takes bytes, which must not change. Resolves when there is room for more. */
  async push(bytes: Uint8Array): Promise<void> {
    if (this.#isClosed || bytes.byteLength === 0) return;
    this.#chunks.push(bytes);
    this.#pendingBytes += bytes.byteLength;
    this.#writing ??= this.#writeAll();
    if (this.#pendingBytes > MAX_PENDING_BYTES) await this.flush();
  }

  /** Resolves when all is written, or nobody reads any more. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) {
      await this.#writeChunk(chunk);
      this.#pendingBytes -= chunk.byteLength;
    }
    this.#writing = undefined;
  }

  async #writeChunk(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.byteLength && !this.#isClosed;) {
      try {
        at += await writeSome(chunk.subarray(at));
      } catch (error) {
        // Somebody has made the shared descriptor non-blocking.
        if (errnoOf(error) === "EAGAIN") await Bun.sleep(RETRY_MS);
        else this.#close(error);
      }
    }
  }

  #close(error: unknown): void {
    this.#isClosed = true;
    if (errnoOf(error) !== "EPIPE") this.#failure = outputError(error);
  }
}

function writeSome(bytes: Uint8Array): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  write(STDOUT, bytes, (error, count) => (error === null ? resolve(count) : reject(error)));
  return promise;
}
