/** Room for one chunk: what one turn of the event loop hands over at most. */
export const CHUNK_BYTES = 256 * 1024;
/** Less is copied out, so that a few bytes waiting somewhere do not keep a whole buffer alive. */
const COPY_BYTES = 64 * 1024;
/** Buffers kept for reuse: 8 MiB, what a terminal model may lag behind. */
const MAX_SPARE = 32;

/**
 * Where PTY output is read to, chunk by chunk. A large chunk is handed over as it is and comes back
 * when its receiver is done with it, so that a flood makes no garbage.
 */
export class OutputBuffer {
  readonly #headroom: number;
  readonly #spare: ArrayBuffer[] = [];
  #bytes: Uint8Array<ArrayBuffer>;
  #filled: number;

  /** @param headroom bytes left free in front of every chunk, for the receiver. */
  constructor(headroom: number) {
    this.#headroom = headroom;
    this.#bytes = this.#fresh();
    this.#filled = headroom;
  }

  /** The place for the next bytes; empty when the chunk is full. */
  target(): Uint8Array {
    return this.#bytes.subarray(this.#filled);
  }

  /** Notes that so many bytes have been read to the target. */
  commit(count: number): void {
    this.#filled += count;
  }

  /** The chunk read so far, now the caller's; undefined when nothing has been read. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    const end = this.#filled;
    const length = end - this.#headroom;
    if (length === 0) return undefined;
    this.#filled = this.#headroom;
    if (length < COPY_BYTES) return this.#bytes.slice(0, end).subarray(this.#headroom);
    const chunk = this.#bytes.subarray(this.#headroom, end);
    this.#bytes = this.#fresh();
    return chunk;
  }

  /** Takes back a chunk that nobody looks at any more. */
  recycle(chunk: Uint8Array<ArrayBuffer>): void {
    const isWhole = chunk.buffer.byteLength === this.#headroom + CHUNK_BYTES;
    if (isWhole && this.#spare.length < MAX_SPARE) this.#spare.push(chunk.buffer);
  }

  #fresh(): Uint8Array<ArrayBuffer> {
    const spare = this.#spare.pop();
    return new Uint8Array(spare ?? new ArrayBuffer(this.#headroom + CHUNK_BYTES));
  }
}
