import { SHOWN_STEP_BYTES } from "../protocol/messages.ts";

/** A piece of the session's output in the stream to the terminal. */
interface Piece {
  /** Bytes of all output before it. */
  before: number;
  /** Bytes of it as the daemon has sent them. */
  bytes: number;
  /** Where it begins and ends, counted in all bytes written to the terminal. */
  from: number;
  to: number;
}

/** Counts how much of a session's output the user's terminal has accepted. */
export class ShownOutput {
  readonly #pieces: Piece[] = [];
  #sentBytes = 0;
  #shownBytes = 0;
  #reportedBytes = 0;

  /**
   * Notes a piece of output that was written to the terminal.
   * @param bytes as the daemon has sent it.
   * @param from bytes ever written to the terminal before it, and with it.
   */
  note(bytes: number, from: number, to: number): void {
    this.#pieces.push({ before: this.#sentBytes, bytes, from, to });
    this.#sentBytes += bytes;
  }

  /**
   * The report that is due once the terminal has accepted so many bytes in total.
   * @returns bytes of output accepted; undefined while that is not worth a message.
   */
  report(takenBytes: number): number | undefined {
    let count = 0;
    for (const { before, bytes, from, to } of this.#pieces) {
      if (takenBytes < to) {
        if (takenBytes > from) this.#shownBytes = before + Math.min(bytes, takenBytes - from);
        break;
      }
      this.#shownBytes = before + bytes;
      count++;
    }
    this.#pieces.splice(0, count);
    const isBehind = this.#sentBytes > this.#shownBytes;
    const news = this.#shownBytes - this.#reportedBytes;
    if (news === 0 || (news < SHOWN_STEP_BYTES && !isBehind)) return undefined;
    this.#reportedBytes = this.#shownBytes;
    return this.#shownBytes;
  }
}
