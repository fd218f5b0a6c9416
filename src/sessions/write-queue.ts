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

  /**
   * Sends a frame, or as much of it as can be sent now. What has to wait is copied, unless the frame
   * is given away: otherwise it stays its owner's, who may use its memory again.
   * @returns bytes written.
   */
  send(frame: Uint8Array, writeSome: WriteSome, isGivenAway = false): number {
    const written = this.#byteLength === 0 ? Math.max(0, writeSome(frame)) : 0;
    if (written < frame.byteLength) {
      this.#frames.push(isGivenAway ? frame : frame.slice());
      this.#byteLength += frame.byteLength - written;
      if (written > 0) this.#headWritten = written;
    }
    return written;
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
    if (begun === undefined) this.#headWritten = 0;
    this.#byteLength = kept;
    return dropped;
  }

  #forgetWritten(): void {
    if (this.#head < 64 && this.#head < this.#frames.length) return;
    this.#frames.splice(0, this.#head);
    this.#head = 0;
  }
}
