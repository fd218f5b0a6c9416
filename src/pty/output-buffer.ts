/** Room for one chunk. */
const CHUNK_BYTES = 64 * 1024;
/** Less is copied out, so that a few bytes waiting somewhere do not keep a whole buffer alive. */
const COPY_BYTES = 16 * 1024;
/** Buffers kept for reuse: 8 MiB, what a terminal model may lag behind. */
const MAX_SPARE = 128;
/** So much in so little time is a flood: then small reads are gathered to larger chunks. */
const FLOOD_BYTES = 32 * 1024;
const FLOOD_MS = 8;

/**
 * Makes chunks of what is read, each with room for a frame header in front. A single read is handed
 * over at once; in a flood, reads are gathered for a turn of the event loop. Large chunks come back
 * when their receiver is done with them, so that a flood makes little garbage.
 */
export class OutputBuffer {
  readonly #headroom: number;
  readonly #onChunk: (chunk: Uint8Array<ArrayBuffer>) => void;
  readonly #spare: ArrayBuffer[] = [];
  #bytes: Uint8Array<ArrayBuffer>;
  #filled: number;
  #windowStartMs = 0;
  #windowBytes = 0;
  #isFlushPlanned = false;

  /** @param headroom bytes left free in front of every chunk, for the receiver. */
  constructor(headroom: number, onChunk: (chunk: Uint8Array<ArrayBuffer>) => void) {
    this.#headroom = headroom;
    this.#onChunk = onChunk;
    this.#bytes = this.#fresh();
    this.#filled = headroom;
  }

  /** Takes bytes, which may change afterwards. */
  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.byteLength;) {
      const part = bytes.subarray(from, from + this.#bytes.byteLength - this.#filled);
      this.#bytes.set(part, this.#filled);
      this.#filled += part.byteLength;
      from += part.byteLength;
      if (this.#filled === this.#bytes.byteLength) this.flush();
    }
    if (!this.#isFlood(bytes.byteLength)) return this.flush();
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    setImmediate(() => {
      this.#isFlushPlanned = false;
      this.flush();
    });
  }

  /** Hands over what has been gathered. */
  flush(): void {
    const end = this.#filled;
    const length = end - this.#headroom;
    if (length === 0) return;
    this.#filled = this.#headroom;
    if (length < COPY_BYTES) {
      return this.#onChunk(this.#bytes.slice(0, end).subarray(this.#headroom));
    }
    const chunk = this.#bytes.subarray(this.#headroom, end);
    this.#bytes = this.#fresh();
    this.#onChunk(chunk);
  }

  /** Takes back a chunk that nobody looks at any more. */
  recycle(chunk: Uint8Array<ArrayBuffer>): void {
    const isWhole = chunk.buffer.byteLength === this.#headroom + CHUNK_BYTES;
    if (isWhole && this.#spare.length < MAX_SPARE) this.#spare.push(chunk.buffer);
  }

  #isFlood(bytes: number): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#windowStartMs > FLOOD_MS) {
      this.#windowStartMs = nowMs;
      this.#windowBytes = 0;
    }
    this.#windowBytes += bytes;
    return this.#windowBytes > FLOOD_BYTES;
  }

  #fresh(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#spare.pop() ?? new ArrayBuffer(this.#headroom + CHUNK_BYTES));
  }
}
