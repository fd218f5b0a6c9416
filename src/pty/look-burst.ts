/** The library's two threads take some 0.1 ms: look in every turn of the event loop at first. */
const SPIN_MS = 0.6;
/** Then after these: the threads may have to wait for a busy machine. */
const DELAYS_MS = [1, 2, 4, 8, 16, 32, 64];
/** When bytes have come, only stragglers are left. */
const STRAGGLER_DELAYS_MS = [1, 8];
/** While it is known that something is still to come. */
const EXPECTING_DELAY_MS = 2;

/** Looks in quick succession, for as long as something may come that does not ring. */
export class LookBurst {
  #startedMs = 0;
  #delaysMs: number[] = [];
  #isOver = true;
  #hasCome = false;

  start(): void {
    this.#startedMs = performance.now();
    this.#delaysMs = [...DELAYS_MS];
    this.#isOver = false;
    this.#hasCome = false;
  }

  stop(): void {
    this.#isOver = true;
  }

  /**
   * Milliseconds until the next look; undefined when the burst is over.
   * @param taken bytes found by the last one.
   * @param isMoreComing asked at the end, for what is known to be on its way.
   */
  next(taken: number, isMoreComing: () => boolean): number | undefined {
    if (this.#isOver) return undefined;
    if (taken > 0 && !this.#hasCome) {
      this.#hasCome = true;
      this.#delaysMs = [...STRAGGLER_DELAYS_MS];
    }
    if (!this.#hasCome && performance.now() - this.#startedMs < SPIN_MS) return 0;
    const delay = this.#delaysMs.shift();
    if (delay !== undefined) return delay;
    if (isMoreComing()) return EXPECTING_DELAY_MS;
    this.#isOver = true;
    return undefined;
  }
}
