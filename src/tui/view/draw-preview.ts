import type { Canvas } from "./canvas.ts";
import { limitColors } from "./color-depth.ts";
import type { Area } from "../model/layout.ts";
import { sessionAtCursor, type PickerState } from "../model/state.ts";
import { fit, sliceStyled } from "./styled.ts";
import type { Theme } from "./theme.ts";

/** The session's screen; unless scrolled, its lower left part if it is larger than the area. */
export function drawPreview(canvas: Canvas, area: Area, state: PickerState, theme: Theme): void {
  if (area.rows <= 0 || area.cols <= 0) return;
  const session = sessionAtCursor(state);
  if (session === undefined) return;
  if (!session.isReachable) {
    canvas.put(area.top, area.left, theme.dim(fit("This session does not answer.", area.cols)));
    return;
  }
  // Until this session's preview arrives the previous one stays: an empty pane would flicker.
  const { preview, previewScroll } = state;
  if (preview === undefined) return;
  const end = preview.lines.length - previewScroll.rows;
  const shown = preview.lines.slice(Math.max(0, end - area.rows), end);
  for (const [at, line] of shown.entries()) {
    const slice = sliceStyled(line, previewScroll.cols, previewScroll.cols + area.cols);
    if (slice.cols === 0) continue;
    const text = limitColors(slice.text, theme.depth);
    // A slice may begin or end inside a style.
    canvas.put(area.top + at, area.left, { text: `${text}\x1b[m`, cols: slice.cols });
  }
}
