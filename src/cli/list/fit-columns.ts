import { sliceColumns } from "../../base/columns.ts";

const ELLIPSIS = "…";
const GAP = 2;

/** A column that may be narrowed: its index, its least width, and the end of its texts to keep. */
export interface Shrinking {
  index: number;
  minCols: number;
  keeps: "start" | "end";
}

/**
 * Cuts cells so that the aligned columns are no wider than `cols`: the columns of `shrinking` are
 * narrowed one after the other, none below its least width. If the rows are still too wide then,
 * the caller has to cut them.
 */
export function fitColumns(
  rows: readonly (readonly string[])[],
  cols: number,
  shrinking: readonly Shrinking[],
): string[][] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, Bun.stringWidth(cell))));
  }
  let excess = widths.reduce((sum, width) => sum + width + GAP, -GAP) - cols;
  const limits = new Map<number, { width: number; keeps: Shrinking["keeps"] }>();
  for (const { index, minCols, keeps } of shrinking) {
    const width = widths[index] ?? 0;
    const taken = Math.min(excess, width - minCols);
    if (taken <= 0) continue;
    limits.set(index, { width: width - taken, keeps });
    excess -= taken;
  }
  return rows.map((row) =>
    row.map((cell, i) => {
      const limit = limits.get(i);
      return limit === undefined ? cell : cutText(cell, limit.width, limit.keeps);
    }),
  );
}

/** Cuts a text to at most `cols` columns, with an ellipsis where text is left out. */
export function cutText(text: string, cols: number, keeps: "start" | "end" = "start"): string {
  const width = Bun.stringWidth(text);
  if (width <= cols) return text;
  if (cols < 1) return "";
  if (keeps === "start") return `${sliceColumns(text, 0, cols - 1)}${ELLIPSIS}`;
  return `${ELLIPSIS}${sliceColumns(text, width - cols + 1, width)}`;
}
