import { SHOWN_STEP_BYTES } from "../../protocol/messages.ts";

/** Before it is known how much a terminal takes; it grows within milliseconds where that is much. */
const FIRST_BYTES = 4 * 1024;
const MIN_BYTES = 1024;
const MAX_BYTES = 1024 * 1024;
/** What a terminal takes in this time may be on its way to it: no key takes longer to show its effect. */
const WINDOW_MS = 500;

/**
 * How much output may be on its way to a client's terminal: the daemon's queue, the kernel's buffers
 * and the client's own, all in one number, because the client tells what its terminal has taken.
 * So a terminal that takes little is far behind by little, and one that takes nothing is found out.
 */
export class OutputWindow {
  #sentBytes = 0;
  #shownBytes = 0;
  /** What was sent up to here brings the terminal to a state; only what follows is live output. */
  #stateEnd = 0;
  #limitBytes = FIRST_BYTES;
  /** Bytes shown when the round began, and with which it ends. */
  #roundStart = 0;
  #roundEnd = 0;
  #roundMs = 0;
  #wasFull = false;
  #isKnown = false;
  #isFull = false;
  #progressMs = 0;

  /** Whether the client tells what its terminal takes; clients of other builds do not. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Whether all that was sent has been shown, as far as clients report it. */
  get isEmpty(): boolean {
    return this.#sentBytes - this.#shownBytes < SHOWN_STEP_BYTES;
  }

  /** Whether the program has to wait until the terminal has taken some. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Live bytes that may still be sent before it is full. */
  get roomBytes(): number {
    return Math.max(0, this.#limitBytes - this.#liveBytes);
  }

  /** Milliseconds for which the terminal has taken nothing although something is on its way. */
  silentMs(nowMs: number): number {
    return this.isEmpty ? 0 : nowMs - this.#progressMs;
  }

  /** So many bytes of output have been sent. */
  noteSent(bytes: number, nowMs: number): void {
    if (this.isEmpty) this.#progressMs = nowMs;
    this.#sentBytes += bytes;
    if (this.#liveBytes < this.#limitBytes || !this.#isKnown) return;
    this.#isFull = true;
    if (this.#wasFull) return;
    this.#wasFull = true;
    this.#beginRound(nowMs); // the time before says nothing about the terminal
  }

  /** So many bytes of a state have been sent, which may have output behind it already. */
  noteStateSent(bytes: number, nowMs: number): void {
    if (this.isEmpty) this.#progressMs = nowMs;
    this.#sentBytes += bytes;
    this.#stateEnd += bytes;
  }

  /** So much of what was sent has been taken back, frames and all; the program need not wait for it. */
  noteDropped(bytes: number): void {
    this.#sentBytes = Math.max(this.#shownBytes, this.#sentBytes - bytes);
    this.#isFull = false;
  }

  /** All that was sent until now brings the terminal to a state. */
  noteState(): void {
    this.#stateEnd = this.#sentBytes;
    this.#isFull = false;
  }

  /** @param totalBytes what the terminal has taken since the connection was opened. */
  noteShown(totalBytes: number, nowMs: number): void {
    this.#isKnown = true;
    const bytes = Math.min(totalBytes, this.#sentBytes) - this.#shownBytes;
    if (bytes <= 0) return;
    this.#shownBytes += bytes;
    this.#progressMs = nowMs;
    if (this.#shownBytes >= this.#roundEnd) this.#endRound(nowMs);
    if (this.#liveBytes <= this.#limitBytes / 2) this.#isFull = false;
  }

  get #liveBytes(): number {
    return this.#sentBytes - Math.max(this.#shownBytes, this.#stateEnd);
  }

  /**
   * A round is what was on its way at one moment: when that is shown, it is known how fast. Only a
   * full window tells, else there was not more to take. It at most doubles: the first bytes vanish
   * in buffers, whatever the terminal is like.
   */
  #endRound(nowMs: number): void {
    if (this.#wasFull) {
      const bytesPerMs =
        (this.#shownBytes - this.#roundStart) / Math.max(0.1, nowMs - this.#roundMs);
      const wanted = Math.min(bytesPerMs * WINDOW_MS, this.#limitBytes * 2);
      this.#limitBytes = Math.round(Math.min(MAX_BYTES, Math.max(MIN_BYTES, wanted)));
    }
    this.#wasFull = this.#isFull;
    this.#beginRound(nowMs);
  }

  #beginRound(nowMs: number): void {
    this.#roundStart = this.#shownBytes;
    this.#roundEnd = this.#sentBytes;
    this.#roundMs = nowMs;
  }
}
