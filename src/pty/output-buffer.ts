const CHUNK_BYTES = 64 * 1024;

/**
 * Where PTY output is read to. A large chunk is handed over as it is and a new buffer taken; a
 * small one is copied out, so that a few bytes waiting in some queue do not keep 64 KiB alive.
 */
export class OutputBuffer {
  readonly #headroom: number;
  #bytes: Uint8Array<ArrayBuffer>;
  #target: Uint8Array<ArrayBuffer>;

  /** @param headroom bytes left free in front of every chunk, for the receiver. */
  constructor(headroom: number) {
    this.#headroom = headroom;
    this.#bytes = new Uint8Array(headroom + CHUNK_BYTES);
    this.#target = this.#bytes.subarray(headroom);
  }

  /** The place for the next bytes. */
  target(): Uint8Array {
    return this.#target;
  }

  /** The first `count` bytes of the target, now owned by the caller. */
  take(count: number): Uint8Array<ArrayBuffer> {
    const end = this.#headroom + count;
    if (count < CHUNK_BYTES / 2) return this.#bytes.slice(0, end).subarray(this.#headroom);
    const full = this.#bytes.subarray(this.#headroom, end);
    this.#bytes = new Uint8Array(this.#headroom + CHUNK_BYTES);
    this.#target = this.#bytes.subarray(this.#headroom);
    return full;
  }
}
