/** Room for one chunk. */
const CHUNK_BYTES = 64 * 1024;
/** Less is copied out, so that a few bytes waiting somewhere do not keep a whole buffer alive. */
const COPY_BYTES = 16 * 1024;
/** Buffers kept for reuse: 8 MiB, what a terminal model may lag behind. */
const MAX_SPARE = 128;

/**
 * Makes chunks of the bytes read in one turn of the event loop, each with room for a frame header in
 * front. Large chunks come back when their receiver is done with them, so that a flood makes little
 * garbage.
 */
export class OutputBuffer {
  readonly #headroom: number;
  readonly #onChunk: (chunk: Uint8Array<ArrayBuffer>) => void;
  readonly #spare: ArrayBuffer[] = [];
  #bytes: Uint8Array<ArrayBuffer>;
  #filled: number;

  /** @param headroom bytes left free in front of every chunk, for the receiver. */
  constructor(headroom: number, onChunk: (chunk: Uint8Array<ArrayBuffer>) => void) {
    this.#headroom = headroom;
    this.#onChunk = onChunk;
    this.#bytes = this.#fresh();
    this.#filled = headroom;
  }

  /** Memory to read into, never empty; it is the reader's until {@link filled}. */
  space(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(this.#filled);
  }

  /** Records that this many bytes were read into {@link space}. */
  filled(length: number): void {
    this.#filled += length;
    if (this.#filled === this.#bytes.byteLength) this.endTurn();
  }

  /** Copies bytes from elsewhere, whose memory may change afterwards. */
  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.byteLength;) {
      const space = this.space();
      const part = bytes.subarray(from, from + space.byteLength);
      space.set(part);
      from += part.byteLength;
      this.filled(part.byteLength);
    }
    this.endTurn();
  }

  /** Delivers the bytes that were read. */
  endTurn(): void {
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

  /** Accepts back a chunk that is no longer needed. */
  recycle(chunk: Uint8Array<ArrayBuffer>): void {
    const isWhole = chunk.buffer.byteLength === this.#headroom + CHUNK_BYTES;
    if (isWhole && this.#spare.length < MAX_SPARE) this.#spare.push(chunk.buffer);
  }

  #fresh(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#spare.pop() ?? new ArrayBuffer(this.#headroom + CHUNK_BYTES));
  }
}
