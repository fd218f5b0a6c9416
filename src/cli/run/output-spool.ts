import { write } from "node:fs";

import { ByteQueue } from "../../base/byte-queue.ts";
import { errnoOf } from "../../base/errors.ts";
import { outputError } from "../standard-streams.ts";

/** The most that is kept in memory for a slow reader; above that, the producer has to wait. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;
const STDOUT = 1;
const RETRY_MS = 2;

/** Writes to standard output without ever holding up this process while its reader is slow. */
export class OutputSpool {
  readonly #queue = new ByteQueue();
  #failure: unknown;
  #writing: Promise<void> | undefined;

  /** The reader is gone, or writing fails; pushed bytes are dropped. */
  get isClosed(): boolean {
    return this.#queue.isClosed;
  }

  /** Why writing fails, unless the reader is gone. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Accepts bytes, which must not change. Resolves when there is room for more. */
  async push(bytes: Uint8Array): Promise<void> {
    this.#queue.push(bytes);
    if (this.#queue.isEmpty) return;
    this.#writing ??= this.#writeAll();
    if (this.#queue.byteLength > MAX_PENDING_BYTES) await this.flush();
  }

  /** Resolves when all is written, or the reader is gone. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    for (let next = this.#queue.first; next !== undefined; next = this.#queue.first) {
      try {
        this.#queue.skip(await writeSome(next));
      } catch (error) {
        // Another process has made the shared descriptor non-blocking.
        if (errnoOf(error) === "EAGAIN") await Bun.sleep(RETRY_MS);
        else this.#close(error);
      }
    }
    this.#writing = undefined;
  }

  #close(error: unknown): void {
    this.#queue.close();
    if (errnoOf(error) !== "EPIPE") this.#failure = outputError(error);
  }
}

function writeSome(bytes: Uint8Array): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  write(STDOUT, bytes, (error, count) => (error === null ? resolve(count) : reject(error)));
  return promise;
}
