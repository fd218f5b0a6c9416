/** Functions that cut text, with or without style sequences, at columns of a terminal. */

/**
 * Returns the columns of a text from `start` to before `end`. A wide character with only one half
 * inside is left out, so that the result is never wider than requested; Bun's own function keeps
 * such a character at the end.
 */
export function sliceColumns(text: string, start: number, end: number): string {
  // Bun leaves a halved character out at the start, but then counts from the column before it.
  const from = isHalved(text, start) ? start + 1 : start;
  if (end <= from) return "";
  let slice = Bun.sliceAnsi(text, from, end);
  // Most texts fit already; in some scripts Bun's two functions disagree on a cluster's width.
  for (let stop = end - 1; stop > from && Bun.stringWidth(slice) > end - from; stop--) {
    slice = Bun.sliceAnsi(text, from, stop);
  }
  return Bun.stringWidth(slice) <= end - from ? slice : "";
}

/** Whether a wide character begins before `column` and ends after it. */
export function isHalved(text: string, column: number): boolean {
  return column > 0 && Bun.stringWidth(Bun.sliceAnsi(text, 0, column)) > column;
}
