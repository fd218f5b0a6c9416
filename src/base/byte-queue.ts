import { copyBytes } from "./copy-bytes.ts";
import { Fifo } from "./fifo.ts";

/**
 * Writes as many bytes as possible without waiting, and returns how many: 0 or less when no byte
 * could be written (a full pipe or terminal, a closed socket).
 */
export type WriteSome = (bytes: Uint8Array) => number;

/** Size of the blocks that copies of smaller pieces share. */
const BLOCK_BYTES = 4096;

/**
 * A queue of bytes for a reader that accepts them piecewise. It has no bound of its own: its owner
 * checks `byteLength` and stops the source, or drops bytes. The total cost is at most one step for
 * each chunk pushed, however long the queue is and however little each write accepts.
 */
export class ByteQueue {
  readonly #chunks = new Fifo<Uint8Array>();
  /** Bytes of the first chunk that have already been removed. */
  #headOffset = 0;
  #byteLength = 0;
  #isClosed = false;
  /** Small copies are gathered here; `#open` is the last chunk while it can grow. */
  #block = new Uint8Array(0);
  #open: Uint8Array | undefined;

  /** Number of queued bytes. */
  get byteLength(): number {
    return this.#byteLength;
  }

  get isEmpty(): boolean {
    return this.#byteLength === 0;
  }

  /** Whether the queue has been closed: it is empty and ignores further bytes. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The next bytes to write, as many as are in one piece; undefined when the queue is empty. */
  get first(): Uint8Array | undefined {
    const chunk = this.#chunks.first;
    return this.#headOffset === 0 ? chunk : chunk?.subarray(this.#headOffset);
  }

  /** Appends bytes without copying them; the caller must not change them afterwards. */
  push(bytes: Uint8Array): void {
    if (this.#isClosed || bytes.byteLength === 0) return;
    this.#chunks.push(bytes);
    this.#byteLength += bytes.byteLength;
  }

  /** Appends a copy of bytes. Many single keys take hardly more memory than their bytes. */
  pushCopy(bytes: Uint8Array): void {
    const { byteLength } = bytes;
    if (this.isEmpty || byteLength >= BLOCK_BYTES) return this.push(copyBytes(bytes));
    if (this.#isClosed || byteLength === 0) return;
    const open = this.#chunks.last === this.#open ? this.#open : undefined;
    const end = open === undefined ? 0 : open.byteOffset + open.byteLength;
    if (open !== undefined && end + byteLength <= BLOCK_BYTES) {
      this.#block.set(bytes, end);
      this.#open = this.#block.subarray(0, end + byteLength);
      this.#chunks.replaceLast(this.#open);
    } else {
      this.#block = new Uint8Array(BLOCK_BYTES);
      this.#block.set(bytes);
      this.#open = this.#block.subarray(0, byteLength);
      this.#chunks.push(this.#open);
    }
    this.#byteLength += byteLength;
  }

  /** Removes `length` bytes from the front, or all of them when there are fewer. */
  skip(length: number): void {
    let left = this.#headOffset + Math.min(length, this.#byteLength);
    this.#byteLength -= left - this.#headOffset;
    for (let chunk = this.#chunks.first; chunk !== undefined; chunk = this.#chunks.first) {
      if (left < chunk.byteLength) break;
      left -= chunk.byteLength;
      this.#chunks.shift();
    }
    this.#headOffset = left;
  }

  /** Removes all but the first `length` bytes. */
  truncate(length: number): void {
    let over = this.#byteLength - length;
    while (over > 0) {
      const chunk = this.#chunks.last;
      if (chunk === undefined) return;
      const begin = this.#chunks.length === 1 ? this.#headOffset : 0;
      const removed = Math.min(over, chunk.byteLength - begin);
      over -= removed;
      this.#byteLength -= removed;
      if (begin + removed < chunk.byteLength) {
        this.#chunks.replaceLast(chunk.subarray(0, chunk.byteLength - removed));
      } else this.#chunks.pop();
    }
    if (this.isEmpty) this.clear();
  }

  clear(): void {
    this.#chunks.clear();
    this.#headOffset = 0;
    this.#byteLength = 0;
  }

  /** Drops all queued bytes, and all bytes pushed from now on. */
  close(): void {
    this.clear();
    this.#isClosed = true;
  }

  /** A copy of the first bytes, at most `length`. */
  copyFirst(length: number): Uint8Array<ArrayBuffer> {
    const copy = new Uint8Array(Math.min(length, this.#byteLength));
    let filled = 0;
    let offset = this.#headOffset;
    for (const chunk of this.#chunks) {
      if (filled === copy.byteLength) break;
      const part = chunk.subarray(offset, offset + copy.byteLength - filled);
      copy.set(part, filled);
      filled += part.byteLength;
      offset = 0;
    }
    return copy;
  }

  /** Writes until the queue is empty or no more is accepted. @returns bytes written. */
  flush(writeSome: WriteSome): number {
    const before = this.#byteLength;
    for (let first = this.first; first !== undefined; first = this.first) {
      const written = writeSome(first);
      if (written > 0) this.skip(written);
      if (written < first.byteLength) break;
    }
    return before - this.#byteLength;
  }
}
