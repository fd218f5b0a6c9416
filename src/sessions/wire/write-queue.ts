import { copyBytes } from "../../base/copy-bytes.ts";
import { ByteQueue, type WriteSome } from "../../base/byte-queue.ts";
import { Fifo } from "../../base/fifo.ts";

export interface LaterFrame {
  frame: Uint8Array;
  /** Whether the stream may be cut after this frame. */
  isBorder: boolean;
}

/** Frames that are made only when it is their turn to be written, and take no memory until then. */
export interface LaterFrames {
  frames: Iterator<LaterFrame, void>;
  /** Approximate total length of the frames. */
  byteLength: number;
}

/** Frames to be made, and frames that were sent after them. */
interface Later extends LaterFrames {
  readonly after: LaterFrame[];
}

/** Bytes of later frames to make in one turn, which takes a few milliseconds at most. */
const TURN_BYTES = 256 * 1024;

/**
 * A queue of messages for a socket that accepts them piecewise, and of frames that are made later.
 * Frames whose writing has not begun can be dropped; no frame is ever truncated. The queue is
 * unbounded: its owner checks `heldBytes`.
 */
export class WriteQueue {
  /** Frames that are made and next to be written. */
  readonly #ready = new ByteQueue();
  readonly #later = new Fifo<Later>();
  /** Bytes of frames that wait for later frames that are not made yet. */
  #afterBytes = 0;
  #laterBytes = 0;
  #writtenBytes = 0;
  /** Positions in the stream, in bytes, where it may be cut: the last one passed, and the next. */
  #lastBorder = 0;
  readonly #borders = new Fifo<number>();
  #isTurnOver = false;

  /** Bytes that wait to be written. */
  get byteLength(): number {
    return this.heldBytes + this.#laterBytes;
  }

  /** Bytes that wait to be written and take memory. */
  get heldBytes(): number {
    return this.#ready.byteLength + this.#afterBytes;
  }

  get isEmpty(): boolean {
    return this.#ready.isEmpty && this.#later.length === 0;
  }

  /** Whether {@link flush} stopped, although the socket accepts more, to let other work run. */
  get isTurnOver(): boolean {
    return this.#isTurnOver;
  }

  /**
   * Sends a frame, or as much of it as can be sent now. The rest is copied, so that the caller may
   * reuse the frame's memory, unless `isGivenAway`.
   * @param isBorder whether the stream may be cut after this frame.
   * @returns bytes written.
   */
  send(frame: Uint8Array, writeSome: WriteSome, isGivenAway = false, isBorder = true): number {
    const written = this.isEmpty ? Math.max(0, writeSome(frame)) : 0;
    this.#writtenBytes += written;
    if (written === frame.byteLength) {
      if (isBorder) this.#lastBorder = this.#writtenBytes;
      return written;
    }
    const rest = isGivenAway ? frame.subarray(written) : copyBytes(frame, written);
    const { last } = this.#later;
    if (last === undefined) this.#append({ frame: rest, isBorder });
    else {
      last.after.push({ frame: rest, isBorder });
      this.#afterBytes += rest.byteLength;
    }
    return written;
  }

  /** Queues frames after everything that waits; {@link flush} makes them when it reaches them. */
  sendLater({ frames, byteLength }: LaterFrames): void {
    this.#later.push({ frames, byteLength, after: [] });
    this.#laterBytes += byteLength;
  }

  /**
   * Writes until all is written, the socket is full, or the turn is over.
   * @returns bytes written.
   */
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
   * Drops every frame after the nearest border: the present position, if it is one, else the next.
   * Later frames up to that border are made.
   * @returns bytes dropped that took memory, and whether there is a border; without one, all frames
   * are kept.
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

  /** Makes the next frame and appends it to those that are ready. @returns its length in bytes. */
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

  /** Removes the first source, whose frames are all made, and readies the frames sent after it. */
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
