import type { Line } from "../xterm/xterm-core.ts";

/**
 * The rows of the normal screen hidden by a smaller size, so that a larger size brings them back: as if
 * the screen still had all its rows and the terminal showed a part of them.
 *
 * Output continues in the visible part. Scrolling there first uses up the blank rows below.
 */
export class HiddenRows {
  /**
   * Rows right above the screen that were on it; negative when rows of the screen were above it. The
   * first of them may have been on the screen only from column `aboveX` on.
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

  /** The rows below the cursor are erased. */
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
