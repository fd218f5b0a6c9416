import { ReplyFilter } from "../../terminal/stream/reply-filter.ts";

/** Ctrl+C and Ctrl+\. */
const INTERRUPTS = [0x03, 0x1c];
/** CR and LF. */
const LINE_ENDS = [0x0d, 0x0a];

/**
 * Records what has been typed since the prompt was last known to be empty. A terminal's own answers
 * do not count.
 */
export class Typing {
  readonly #filter = new ReplyFilter();
  readonly #onFirst: () => void;
  #lastByte: number | undefined;
  #wasInterrupted = false;
  #hasEndedLine = false;
  #hasTypedAtPrompt = false;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** @param onFirst called before the first input is recorded. */
  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
  }

  /** Whether anything has been typed. */
  get hasTyped(): boolean {
    return this.#lastByte !== undefined;
  }

  /** Whether Ctrl+C or Ctrl+\ was the last thing. */
  get endsWithInterrupt(): boolean {
    return INTERRUPTS.includes(this.#lastByte ?? 0);
  }

  /** Whether Ctrl+C or Ctrl+\ has been typed. */
  get wasInterrupted(): boolean {
    return this.#wasInterrupted;
  }

  /** Whether a line has been ended, and may be half of a command. */
  get hasEndedLine(): boolean {
    return this.#hasEndedLine;
  }

  /** A prompt has been reported. */
  notePrompt(): void {
    this.#hasTypedAtPrompt = false;
  }

  /**
   * Whether nothing of it can stand at the prompt that was reported last: nothing has been typed
   * since then, and what came before has ended its line.
   */
  get isSpent(): boolean {
    const isEnded = [...LINE_ENDS, ...INTERRUPTS].includes(this.#lastByte ?? 0);
    return !this.#hasTypedAtPrompt && isEnded;
  }

  /** Milliseconds since something was typed last. */
  get idleMs(): number {
    return performance.now() - this.#lastMs;
  }

  note(bytes: Uint8Array): void {
    const typed = this.#filter.push(bytes);
    if (typed.byteLength === 0 && !this.#filter.hasPending) return;
    if (!this.hasTyped) this.#onFirst();
    this.#lastByte = typed.at(-1) ?? 0;
    this.#hasTypedAtPrompt = true;
    this.#wasInterrupted ||= INTERRUPTS.some((byte) => typed.includes(byte));
    this.#hasEndedLine ||= LINE_ENDS.some((byte) => typed.includes(byte));
    this.#lastMs = performance.now();
  }

  /** The prompt is empty now. */
  forget(): void {
    this.#lastByte = undefined;
    this.#wasInterrupted = false;
    this.#hasEndedLine = false;
  }
}
