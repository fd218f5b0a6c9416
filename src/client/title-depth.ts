/**
 * Counts how many titles the session has pushed onto the terminal's stack and not popped, so that
 * leaving it can pop them and find the title from before.
 */
export class TitleDepth {
  #title = 0;
  #icon = 0;

  /** Number of pops that restore the titles from before the session. */
  get depth(): number {
    return Math.max(this.#title, this.#icon);
  }

  /** Takes a control sequence; `CSI 22 ; n t` and `CSI 23 ; n t` count (XTerm, window manipulation). */
  take(sequence: string): void {
    const match = /^\x1b\[2([23])(?:;([012]))?t$/.exec(sequence);
    if (match === null) return;
    const step = match[1] === "2" ? 1 : -1;
    if (match[2] !== "1") this.#title = Math.max(0, this.#title + step);
    if (match[2] !== "2") this.#icon = Math.max(0, this.#icon + step);
  }
}
