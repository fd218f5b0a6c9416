import { clamp } from "./clamp.ts";
import { layoutOf } from "./layout.ts";
import type { PickerState } from "./state.ts";

/** Scrolls the log by lines, up for a positive number. */
export function scrollLog(state: PickerState, lines: number): PickerState {
  const highest = Math.max(0, state.log.length - layoutOf(state).log.rows);
  return { ...state, logScroll: clamp(state.logScroll + lines, 0, highest) };
}

/** Scrolls the preview right and up; unscrolled, it shows its lower left corner. */
export function scrollPreview(state: PickerState, cols: number, rows: number): PickerState {
  const area = layoutOf(state).preview;
  if (area === undefined || state.preview === undefined) return state;
  const widest = Math.max(0, state.preview.cols - area.cols);
  const highest = Math.max(0, state.preview.lines.length - area.rows);
  return {
    ...state,
    previewScroll: {
      cols: clamp(state.previewScroll.cols + cols, 0, widest),
      rows: clamp(state.previewScroll.rows + rows, 0, highest),
    },
  };
}
