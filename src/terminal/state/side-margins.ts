import type { XtermCore } from "../xterm/xterm-core.ts";

/**
 * Left and right margins (mode 69, DECSLRM), which xterm does not have. Text wraps and lines scroll
 * between them. Both screens share them.
 */
export class SideMargins {
  /** Mode 69: margins may be set, and `CSI s` does that instead of saving the cursor. */
  isEnabled = false;
  /** First column. */
  left = 0;
  #last: number | undefined;
  /** Row whose last column was just printed: the cursor is after it for printing, on it for moving. */
  #pendingRow = -1;

  readonly #core: Pick<XtermCore, "cols">;

  constructor(core: Pick<XtermCore, "cols">) {
    this.#core = core;
  }

  /** Last column. */
  get right(): number {
    return this.#last ?? this.#core.cols - 1;
  }

  /** Whether they are at the edges, which is nearly always so. */
  get areWide(): boolean {
    return this.#last === undefined && this.left === 0;
  }

  /** Whether the column is between them; a pending wrap counts as the column before. */
  contains(x: number): boolean {
    return x >= this.left && Math.min(x, this.#core.cols - 1) <= this.right;
  }

  /** Whether the cursor is between them; with a wrap pending it counts as on the last column. */
  holds(cursor: { x: number; y: number }): boolean {
    return this.contains(this.isWrapPending(cursor) ? cursor.x - 1 : cursor.x);
  }

  /** The first column that text at the cursor cannot use: it wraps there. */
  limitAt(cursor: { x: number; y: number }): number {
    if (this.#last === undefined) return this.#core.cols;
    return cursor.x <= this.#last || this.isWrapPending(cursor) ? this.#last + 1 : this.#core.cols;
  }

  /** Whether a wrap at the right margin is pending. At the edge, the column itself shows it. */
  isWrapPending({ x, y }: { x: number; y: number }): boolean {
    return this.#last !== undefined && this.#pendingRow === y && x === this.#last + 1;
  }

  notePrinted({ x, y }: { x: number; y: number }): void {
    this.#pendingRow = this.#last !== undefined && x === this.#last + 1 ? y : -1;
  }

  /** The cursor is on the last column again. */
  endPendingWrap(cursor: { x: number; y: number }): void {
    if (this.#last === undefined) return;
    if (this.isWrapPending(cursor)) cursor.x = this.#last;
    this.#pendingRow = -1;
  }

  /** @param right column, not before `left`. */
  set(left: number, right: number): void {
    this.left = left;
    this.#last = right >= this.#core.cols - 1 ? undefined : right;
  }

  /** To the edges. */
  widen(): void {
    this.left = 0;
    this.#last = undefined;
  }

  reset(): void {
    this.isEnabled = false;
    this.widen();
  }
}
