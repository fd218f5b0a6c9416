import { ReplyFilter } from "../terminal/reply-filter.ts";

/** Keeps in mind that somebody has typed, which a terminal's own answers are not. */
export class Typing {
  readonly #filter = new ReplyFilter();
  /** Whether anything has been typed since it was last known that nothing stood on the line. */
  hasTyped = false;
  #lastMs = Number.NEGATIVE_INFINITY;

  note(bytes: Uint8Array): void {
    if (this.#filter.push(bytes).byteLength === 0 && !this.#filter.hasPending) return;
    this.hasTyped = true;
    this.touch();
  }

  /** The line has been dealt with. */
  forget(): void {
    this.hasTyped = false;
  }

  /** What was typed takes a moment to work. */
  touch(): void {
    this.#lastMs = performance.now();
  }

  /** Milliseconds since something was typed last. */
  idleMs(): number {
    return performance.now() - this.#lastMs;
  }
}
