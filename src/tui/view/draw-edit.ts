import type { LineEdit } from "../model/line-edit.ts";
import { concat, fit, fitEnd, type Styled } from "./styled.ts";

/** The edited line in `cols` columns, scrolled so that the cursor is visible. */
export function drawEdit(edit: LineEdit, cols: number): { line: Styled; cursorCol: number } {
  // One column is reserved for the cursor, which may be after the text.
  const before = fitEnd(edit.text.slice(0, edit.cursor), Math.max(0, cols - 1));
  const after = fit(edit.text.slice(edit.cursor), Math.max(0, cols - before.cols));
  return { line: concat(before, after), cursorCol: before.cols };
}
