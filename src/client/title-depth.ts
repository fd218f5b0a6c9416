const PUSH_OR_POP = Buffer.from("\x1b[2");
/** `CSI 22 ; n t` and `CSI 23 ; n t`, n one digit: XTerm control sequences, window manipulation. */
const SEQUENCE_BYTES = 7;

/**
 * Counts how many titles the session has pushed onto the terminal's stack and not popped, so that
 * leaving it can pop them and find the title from before.
 */
export class TitleDepth {
  #title = 0;
  #icon = 0;
  #tail = Buffer.alloc(0);

  /** Pops that bring back what was before the session. */
  get depth(): number {
    return Math.max(this.#title, this.#icon);
  }

  /** Follows output on its way to the terminal, cut anywhere. */
  follow(bytes: Uint8Array): void {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const text = this.#tail.byteLength === 0 ? view : Buffer.concat([this.#tail, view]);
    let at = text.indexOf(PUSH_OR_POP);
    for (; at !== -1 && at + SEQUENCE_BYTES <= text.byteLength;) {
      this.#count(text.toString("latin1", at, at + SEQUENCE_BYTES));
      at = text.indexOf(PUSH_OR_POP, at + 1);
    }
    // What a cut may have left: fewer bytes than a whole sequence.
    const last = at === -1 ? text.lastIndexOf(0x1b) : at;
    const isCut = last !== -1 && text.byteLength - last < SEQUENCE_BYTES;
    this.#tail = isCut ? Buffer.from(text.subarray(last)) : Buffer.alloc(0);
  }

  #count(sequence: string): void {
    const match = /^\x1b\[2([23]);([012])t$/.exec(sequence);
    if (match === null) return;
    const step = match[1] === "2" ? 1 : -1;
    if (match[2] !== "1") this.#title = Math.max(0, this.#title + step);
    if (match[2] !== "2") this.#icon = Math.max(0, this.#icon + step);
  }
}
