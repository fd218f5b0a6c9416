import { SHOWN_STEP_BYTES } from "../../protocol/messages.ts";

/** The window before a terminal's speed is known; for a fast one it grows within milliseconds. */
const FIRST_BYTES = 4 * 1024;
const MIN_BYTES = 1024;
const MAX_BYTES = 1024 * 1024;
/**
 * As much may be on its way as the terminal shows in this time: so a key's effect is seen within it.
 */
const WINDOW_MS = 500;

/**
 * How much output may be on its way to a client's terminal: the daemon's queue, the kernel's buffers
 * and the client's own, all in one number, because the client reports what its terminal has shown.
 * So a slow terminal is never far behind, and a stopped one is noticed.
 */
export class OutputWindow {
  #sentBytes = 0;
  #shownBytes = 0;
  /** Bytes up to here bring the terminal to a state; only those after it are live output. */
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

  /** Whether the client reports what its terminal shows; clients of other builds do not. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Whether all that was sent has been shown, as far as clients report it. */
  get isEmpty(): boolean {
    return this.#sentBytes - this.#shownBytes < SHOWN_STEP_BYTES;
  }

  /** Whether the program has to wait until the terminal has shown some. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Live bytes that may still be sent before it is full. */
  get roomBytes(): number {
    return Math.max(0, this.#limitBytes - this.#liveBytes);
  }

  /** Milliseconds for which the terminal has shown nothing although something is on its way. */
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

  /**
   * So much of what was sent has been taken back, frames and all; the program need not wait for it.
   */
  noteDropped(bytes: number): void {
    this.#sentBytes = Math.max(this.#shownBytes, this.#sentBytes - bytes);
    this.#isFull = false;
  }

  /** All that was sent until now brings the terminal to a state. */
  noteState(): void {
    this.#stateEnd = this.#sentBytes;
    this.#isFull = false;
  }

  /** @param totalBytes what the terminal has shown since the connection was opened. */
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
   * A round is the output on its way at one moment: once it is shown, the speed is known. Only a full
   * window counts: otherwise there was no more to show. It at most doubles: the first bytes vanish
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
