interface ScreenRows {
  /** Rows of the screen now. */
  height: number;
  /** First row of the screen before resizes hid rows or brought some from above. */
  top: number;
  cursor: number;
  /** The row after the last one used by text or the cursor. */
  end: number;
  /** Blank rows after that. */
  blankBelow: number;
}

export interface Window {
  /** First row of the screen. Negative when rows must come from the archive. */
  first: number;
  /** Blank rows after the last used one. */
  blank: number;
  /** Used rows at the end that are hidden. */
  hiddenRows: number;
  hiddenBlank: number;
}

/**
 * Which rows a screen shows after its height has changed, or its lines take more or fewer rows.
 * Rows that do not fit disappear in this order: blank rows at the bottom, rows below the cursor, rows
 * at the top. They return in the reverse order. Additional rows come from the scrollback when the
 * cursor is in the last row; otherwise they are blank rows at the bottom. VTE and tmux do the same,
 * except that they do not bring back rows below the cursor.
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
