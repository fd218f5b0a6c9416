/** Writes as much as the kernel takes; returns bytes written, or less than 0 when closed. */
export type WriteSome = (bytes: Uint8Array) => number;

export interface LaterFrame {
  frame: Uint8Array;
  /** Whether the stream may be left behind it. */
  isBorder: boolean;
}

/** Frames that are made when it is their turn to be written: what waits takes no memory. */
export interface LaterFrames {
  frames: Iterator<LaterFrame, void>;
  /** Bytes that they come to, more or less. */
  byteLength: number;
}

/** So much of them is made in one go: a matter of a few milliseconds at most. */
const TURN_BYTES = 256 * 1024;

/**
 * Messages on their way to a socket that takes them piecewise. Each entry is one whole frame, so
 * that what has not begun can be dropped without ever cutting a frame, or frames that are made later.
 * It has no bound of its own: whoever fills it looks at `heldBytes`.
 */
export class WriteQueue {
  #entries: (Uint8Array | LaterFrames)[] = [];
  /** Of each entry, whether the stream may be left behind it. */
  #borders: boolean[] = [];
  /** Whether it may be left behind what has been written. */
  #isAtBorder = true;
  /** Entries before this index are written; moved to the front only now and then. */
  #head = 0;
  #headWritten = 0;
  #heldBytes = 0;
  #laterBytes = 0;
  #isTurnOver = false;

  /** Bytes that wait. */
  get byteLength(): number {
    return this.#heldBytes + this.#laterBytes;
  }

  /** Bytes of these that take memory. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  get isEmpty(): boolean {
    return this.#head === this.#entries.length;
  }

  /** Whether {@link flush} has stopped with the socket taking more, to let others do something. */
  get isTurnOver(): boolean {
    return this.#isTurnOver;
  }

  /**
   * Sends a frame, or as much of it as can be sent now. What has to wait is copied, unless the frame
   * is given away: otherwise it stays its owner's, who may use its memory again.
   * @param isBorder whether the stream may be left behind it.
   * @returns bytes written.
   */
  send(frame: Uint8Array, writeSome: WriteSome, isGivenAway = false, isBorder = true): number {
    const written = this.isEmpty ? Math.max(0, writeSome(frame)) : 0;
    if (written === frame.byteLength) this.#isAtBorder = isBorder;
    else {
      this.#entries.push(isGivenAway ? frame : frame.slice());
      this.#borders.push(isBorder);
      this.#heldBytes += frame.byteLength - written;
      if (written > 0) this.#headWritten = written;
    }
    return written;
  }

  /** Lets frames be made behind all that waits, when {@link flush} comes to them. */
  sendLater(later: LaterFrames): void {
    this.#entries.push({ ...later });
    this.#borders.push(true);
    this.#laterBytes += later.byteLength;
  }

  /** Writes until all is written, the socket takes no more, or it is others' turn; returns the bytes. */
  flush(writeSome: WriteSome): number {
    let total = 0;
    let madeBytes = 0;
    this.#isTurnOver = false;
    for (let entry = this.#entries[this.#head]; entry !== undefined;) {
      if (!(entry instanceof Uint8Array)) {
        this.#isTurnOver = madeBytes >= TURN_BYTES;
        if (this.#isTurnOver) break;
        madeBytes += this.#makeNext(entry, this.#head);
        entry = this.#entries[this.#head];
        continue;
      }
      const rest = this.#headWritten === 0 ? entry : entry.subarray(this.#headWritten);
      const written = Math.max(0, writeSome(rest));
      total += written;
      this.#heldBytes -= written;
      if (written < rest.byteLength) {
        this.#headWritten += written;
        break;
      }
      this.#headWritten = 0;
      this.#isAtBorder = this.#borders[this.#head] ?? true;
      entry = this.#entries[++this.#head];
    }
    this.#forgetWritten();
    return total;
  }

  /**
   * Drops every frame behind the first border that is not passed yet. Of frames that are made later,
   * those up to it are made.
   * @returns bytes dropped that took memory, and whether there is such a border: else all frames stay.
   */
  dropBehindBorder(): { bytes: number; isAtBorder: boolean } {
    const isBegun = this.#headWritten > 0;
    const end = !isBegun && this.#isAtBorder ? this.#head : this.#endOfSequence();
    if (end === undefined) return { bytes: 0, isAtBorder: false };
    let bytes = 0;
    for (const entry of this.#entries.slice(end)) {
      if (entry instanceof Uint8Array) bytes += entry.byteLength;
      else this.#laterBytes -= entry.byteLength;
    }
    this.#entries.length = end;
    this.#borders.length = end;
    this.#heldBytes -= bytes;
    this.#isTurnOver = false;
    return { bytes, isAtBorder: true };
  }

  /** Index behind the first entry behind which the stream may be left. */
  #endOfSequence(): number | undefined {
    for (let at = this.#head; at < this.#entries.length; at++) {
      let entry = this.#entries[at];
      while (entry !== undefined && !(entry instanceof Uint8Array)) {
        this.#makeNext(entry, at);
        entry = this.#entries[at];
      }
      if (this.#borders[at] === true) return at + 1;
    }
    return undefined;
  }

  /** Puts the next frame in front of those that are made after it. @returns its bytes. */
  #makeNext(later: LaterFrames, index: number): number {
    const next = this.#readNext(later);
    const size = next?.frame.byteLength ?? later.byteLength;
    const counted = Math.min(size, later.byteLength);
    later.byteLength -= counted;
    this.#laterBytes -= counted;
    if (next === undefined) {
      this.#entries.splice(index, 1);
      this.#borders.splice(index, 1);
      return 0;
    }
    this.#heldBytes += size;
    this.#entries.splice(index, 0, next.frame);
    this.#borders.splice(index, 0, next.isBorder);
    return size;
  }

  #readNext({ frames }: LaterFrames): LaterFrame | undefined {
    const { done, value } = frames.next();
    return done === true ? undefined : (value as LaterFrame);
  }

  #forgetWritten(): void {
    if (this.#head < 64 && this.#head < this.#entries.length) return;
    this.#entries.splice(0, this.#head);
    this.#borders.splice(0, this.#head);
    this.#head = 0;
  }
}
