import type { Line } from "../xterm/xterm-core.ts";

/**
 * What the normal screen has lost to a smaller size, so that a larger one brings it back: it is as if
 * the screen still had its rows, and the terminal showed a part of them.
 *
 * Output goes on in the part that is shown. What scrolls there uses up the blank rows below first.
 */
export class HiddenRows {
  /**
   * Rows right above the screen that were on it; negative when rows of the screen were above. The first
   * that was on it may have been so from column `aboveX` on.
   */
  above = 0;
  aboveX = 0;
  /** Rows below the screen with text. */
  below: Line[] = [];
  /** Blank rows below those. */
  blankBelow = 0;

  /** The screen scrolls by a row. */
  noteScroll(): void {
    if (this.blankBelow > 0 && this.below.length === 0) {
      this.blankBelow--;
      this.above++;
    } else {
      this.aboveX = 0;
    }
  }

  /** What was below the cursor is erased. */
  clearBelow(): void {
    this.below = [];
  }

  clear(): void {
    this.above = 0;
    this.aboveX = 0;
    this.below = [];
    this.blankBelow = 0;
  }
}
