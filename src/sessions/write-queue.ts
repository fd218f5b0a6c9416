/** Writes as much as the kernel takes; returns bytes written, or less than 0 when closed. */
export type WriteSome = (bytes: Uint8Array) => number;

/**
 * Messages on their way to a socket that takes them piecewise. Each entry is one whole frame, so
 * that what has not begun can be dropped without ever cutting a frame. It has no bound of its own:
 * whoever fills it looks at `byteLength`.
 */
export class WriteQueue {
  #frames: Uint8Array[] = [];
  /** Frames before this index are written; moved to the front only now and then. */
  #head = 0;
  #headWritten = 0;
  #byteLength = 0;

  /** Bytes that wait. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Appends a frame, which must not change until it has been written. */
  push(frame: Uint8Array): void {
    this.#frames.push(frame);
    this.#byteLength += frame.byteLength;
  }

  /** Writes until all is written or the socket takes no more; returns the bytes written. */
  flush(writeSome: WriteSome): number {
    let total = 0;
    for (let frame = this.#frames[this.#head]; frame !== undefined;) {
      const rest = this.#headWritten === 0 ? frame : frame.subarray(this.#headWritten);
      const written = Math.max(0, writeSome(rest));
      total += written;
      this.#byteLength -= written;
      if (written < rest.byteLength) {
        this.#headWritten += written;
        break;
      }
      this.#headWritten = 0;
      frame = this.#frames[++this.#head];
    }
    this.#forgetWritten();
    return total;
  }

  /** Drops every frame that has not begun to be written; returns the bytes dropped. */
  dropUnbegun(): number {
    const begun = this.#headWritten > 0 ? this.#frames[this.#head] : undefined;
    const kept = begun === undefined ? 0 : begun.byteLength - this.#headWritten;
    const dropped = this.#byteLength - kept;
    this.#frames = begun === undefined ? [] : [begun];
    this.#head = 0;
    this.#byteLength = kept;
    return dropped;
  }

  #forgetWritten(): void {
    if (this.#head < 64 && this.#head < this.#frames.length) return;
    this.#frames.splice(0, this.#head);
    this.#head = 0;
  }
}
