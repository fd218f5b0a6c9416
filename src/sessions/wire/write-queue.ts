import { ByteQueue, type WriteSome } from "../../base/byte-queue.ts";
import { Fifo } from "../../base/fifo.ts";

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

/** Frames to be made, and those that were sent after them. */
interface Later extends LaterFrames {
  readonly after: LaterFrame[];
}

/** So much of them is made in one go: a matter of a few milliseconds at most. */
const TURN_BYTES = 256 * 1024;

/**
 * Messages on their way to a socket that accepts them piecewise, and frames that are made later. What
 * has not begun can be dropped without ever cutting a frame. It has no bound of its own: its owner
 * checks `heldBytes`.
 */
export class WriteQueue {
  /** Frames that are made and whose turn it is. */
  readonly #ready = new ByteQueue();
  readonly #later = new Fifo<Later>();
  /** Bytes of frames that wait behind some that are not made yet. */
  #afterBytes = 0;
  #laterBytes = 0;
  #writtenBytes = 0;
  /** Positions in the stream, in bytes, that it may be left at: the last one passed, and the next. */
  #lastBorder = 0;
  readonly #borders = new Fifo<number>();
  #isTurnOver = false;

  /** Bytes that wait. */
  get byteLength(): number {
    return this.heldBytes + this.#laterBytes;
  }

  /** Bytes of these that take memory. */
  get heldBytes(): number {
    return this.#ready.byteLength + this.#afterBytes;
  }

  get isEmpty(): boolean {
    return this.#ready.isEmpty && this.#later.length === 0;
  }

  /** Whether {@link flush} has stopped with the socket accepting more, to let others do something. */
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
    this.#writtenBytes += written;
    if (written === frame.byteLength) {
      if (isBorder) this.#lastBorder = this.#writtenBytes;
      return written;
    }
    const rest = isGivenAway ? frame.subarray(written) : frame.slice(written);
    const { last } = this.#later;
    if (last === undefined) this.#append({ frame: rest, isBorder });
    else {
      last.after.push({ frame: rest, isBorder });
      this.#afterBytes += rest.byteLength;
    }
    return written;
  }

  /** Lets frames be made behind all that waits, when {@link flush} comes to them. */
  sendLater({ frames, byteLength }: LaterFrames): void {
    this.#later.push({ frames, byteLength, after: [] });
    this.#laterBytes += byteLength;
  }

  /** Writes until all is written, the socket is full, or it is others' turn; returns the bytes. */
  flush(writeSome: WriteSome): number {
    const before = this.#writtenBytes;
    let madeBytes = 0;
    this.#isTurnOver = false;
    this.#writeReady(writeSome);
    while (this.#ready.isEmpty && this.#later.length > 0) {
      this.#isTurnOver = madeBytes >= TURN_BYTES;
      if (this.#isTurnOver) break;
      madeBytes += this.#makeNext();
      this.#writeReady(writeSome);
    }
    return this.#writtenBytes - before;
  }

  /**
   * Drops every frame behind the first border that is not passed yet. Of frames that are made later,
   * those up to it are made.
   * @returns bytes dropped that took memory, and whether there is such a border: else all frames stay.
   */
  dropBehindBorder(): { bytes: number; isAtBorder: boolean } {
    const end = this.#lastBorder === this.#writtenBytes ? this.#lastBorder : this.#findBorder();
    if (end === undefined) return { bytes: 0, isAtBorder: false };
    const before = this.heldBytes;
    this.#ready.truncate(end - this.#writtenBytes);
    this.#borders.clear();
    if (end > this.#writtenBytes) this.#borders.push(end);
    this.#later.clear();
    this.#afterBytes = 0;
    this.#laterBytes = 0;
    this.#isTurnOver = false;
    return { bytes: before - this.heldBytes, isAtBorder: true };
  }

  /** The first border that is not passed yet. */
  #findBorder(): number | undefined {
    while (this.#borders.length === 0 && this.#later.length > 0) this.#makeNext();
    return this.#borders.first;
  }

  /** Makes the next frame and puts it behind those that are ready. @returns its bytes. */
  #makeNext(): number {
    const later = this.#later.first;
    if (later === undefined) return 0;
    const { done, value } = later.frames.next();
    const next = done === true ? undefined : (value as LaterFrame);
    const madeBytes = next?.frame.byteLength ?? 0;
    const counted = next === undefined ? later.byteLength : Math.min(madeBytes, later.byteLength);
    later.byteLength -= counted;
    this.#laterBytes -= counted;
    if (next !== undefined) this.#append(next);
    else this.#passLater();
    return madeBytes;
  }

  /** All frames of the first source are made: those sent after it are next. */
  #passLater(): void {
    for (const sent of this.#later.shift()?.after ?? []) {
      this.#afterBytes -= sent.frame.byteLength;
      this.#append(sent);
    }
  }

  #append({ frame, isBorder }: LaterFrame): void {
    this.#ready.push(frame);
    if (isBorder) this.#borders.push(this.#writtenBytes + this.#ready.byteLength);
  }

  #writeReady(writeSome: WriteSome): void {
    this.#writtenBytes += this.#ready.flush(writeSome);
    for (let next = this.#borders.first; next !== undefined; next = this.#borders.first) {
      if (next > this.#writtenBytes) break;
      this.#lastBorder = next;
      this.#borders.shift();
    }
  }
}
