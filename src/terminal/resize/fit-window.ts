interface ScreenRows {
  /** Rows that the screen has now. */
  height: number;
  /** First row that was on the screen before other sizes have hidden it, or rows from above came. */
  top: number;
  cursor: number;
  /** Behind the last row that is used, by text or the cursor. */
  end: number;
  /** Blank rows behind that. */
  blankBelow: number;
}

export interface Window {
  /** First row of the screen. Negative where rows are missing: they come from the archive. */
  first: number;
  /** Blank rows behind the last one used. */
  blank: number;
  /** Used rows at the end that are hidden. */
  hiddenRows: number;
  hiddenBlank: number;
}

/**
 * Which rows a screen shows after its height has changed, or the lines on it have become more or
 * fewer rows. What does not fit goes away in this order: blank rows at the bottom, rows below the
 * cursor, rows at the top; all of them come back in the reverse order. Rows that the screen never had
 * come from above when the cursor is in its last one, as lines do that scroll; else they are blank ones
 * at the bottom. So do VTE and tmux, but for bringing back what was below the cursor.
 */
export function fitWindow({ height, top, cursor, end, blankBelow }: ScreenRows): Window {
  const rows = end - top + blankBelow;
  if (rows <= height) {
    const pulled = cursor === end + blankBelow - 1 ? height - rows : 0;
    return {
      first: top - pulled,
      blank: blankBelow + height - rows - pulled,
      hiddenRows: 0,
      hiddenBlank: 0,
    };
  }
  const tooMany = rows - height;
  const hiddenBlank = Math.min(blankBelow, tooMany);
  const hiddenRows = Math.min(tooMany - hiddenBlank, end - 1 - cursor);
  const above = tooMany - hiddenBlank - hiddenRows;
  return { first: top + above, blank: blankBelow - hiddenBlank, hiddenRows, hiddenBlank };
}
