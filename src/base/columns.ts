/** Cuts text, which may hold style sequences, at columns of a terminal. */

/**
 * The columns from `start` to before `end`. A wide character of which only one half is inside is
 * left out, so that the result is never wider than asked for; Bun's own function keeps it at the end.
 */
export function sliceColumns(text: string, start: number, end: number): string {
  // Bun leaves it out at the start, but then counts the columns from the one before.
  const from = isHalved(text, start) ? start + 1 : start;
  if (end <= from) return "";
  let slice = Bun.sliceAnsi(text, from, end);
  // Once is enough for most; in some scripts the two functions disagree about a cluster's width.
  for (let stop = end - 1; stop > from && Bun.stringWidth(slice) > end - from; stop--) {
    slice = Bun.sliceAnsi(text, from, stop);
  }
  return Bun.stringWidth(slice) <= end - from ? slice : "";
}

/** Whether a wide character begins before `column` and ends after it. */
export function isHalved(text: string, column: number): boolean {
  return column > 0 && Bun.stringWidth(Bun.sliceAnsi(text, 0, column)) > column;
}
