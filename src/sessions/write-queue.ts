/** Writes as much as the kernel takes; returns bytes written, or less than 0 when closed. */
export type WriteSome = (bytes: Uint8Array) => number;

/**
 * Messages on their way to a socket that takes them piecewise. Each entry is one whole frame, so
 * that what has not begun can be dropped without ever cutting a frame. It has no bound of its own:
 * whoever fills it looks at `byteLength`.
 */
export class WriteQueue {
  #frames: Uint8Array[] = [];
  /** Of each frame, whether the stream may be left behind it. */
  #borders: boolean[] = [];
  /** Whether it may be left behind what has been written. */
  #isAtBorder = true;
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
   * @param isBorder whether the stream may be left behind it.
   * @returns bytes written.
   */
  send(frame: Uint8Array, writeSome: WriteSome, isGivenAway = false, isBorder = true): number {
    const written = this.#byteLength === 0 ? Math.max(0, writeSome(frame)) : 0;
    if (written === frame.byteLength) this.#isAtBorder = isBorder;
    else {
      this.#frames.push(isGivenAway ? frame : frame.slice());
      this.#borders.push(isBorder);
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
      this.#isAtBorder = this.#borders[this.#head] ?? true;
      frame = this.#frames[++this.#head];
    }
    this.#forgetWritten();
    return total;
  }

  /**
   * Drops every frame behind the first border that is not passed yet.
   * @returns bytes dropped, and whether there is such a border: else all frames stay.
   */
  dropBehindBorder(): { bytes: number; isAtBorder: boolean } {
    const isBegun = this.#headWritten > 0;
    const last = this.#borders.indexOf(true, this.#head);
    const end = !isBegun && this.#isAtBorder ? this.#head : last === -1 ? undefined : last + 1;
    if (end === undefined) return { bytes: 0, isAtBorder: false };
    const bytes = this.#frames.slice(end).reduce((sum, frame) => sum + frame.byteLength, 0);
    this.#frames.length = end;
    this.#borders.length = end;
    this.#byteLength -= bytes;
    return { bytes, isAtBorder: true };
  }

  #forgetWritten(): void {
    if (this.#head < 64 && this.#head < this.#frames.length) return;
    this.#frames.splice(0, this.#head);
    this.#borders.splice(0, this.#head);
    this.#head = 0;
  }
}
