import type { Canvas } from "./canvas.ts";
import { plural } from "./format.ts";
import type { Area } from "../model/layout.ts";
import type { PickerState } from "../model/state.ts";
import { blank, concat, fit, type Styled } from "./styled.ts";
import type { Theme } from "./theme.ts";
import { drawEdit } from "./draw-edit.ts";

/** The first line: number and order of sessions, or the filter. @returns the cursor in the filter. */
export function drawHead(
  canvas: Canvas,
  area: Area,
  state: PickerState,
  theme: Theme,
): { row: number; col: number } | undefined {
  const status = fit(statusOf(state), area.cols >= 36 ? area.cols - 1 : 0);
  const isFiltering = state.isFilterFocused || state.filter.text !== "";
  const title = theme.accent(fit("  tsm", area.cols));
  if (!isFiltering) {
    canvas.put(area.top, area.left, title);
    return putStatus(canvas, area, theme.dim(status), title.cols);
  }
  const sign = concat(title, theme.accent(fit(" › ", Math.max(0, area.cols - title.cols))));
  const room = Math.max(1, area.cols - sign.cols - status.cols - 3);
  const edit = drawEdit(state.filter, room);
  const isEmpty = state.filter.text === "";
  const hint = theme.dim(fit("type to filter", room));
  canvas.put(area.top, area.left, concat(sign, isEmpty && room > 14 ? hint : edit.line));
  putStatus(canvas, area, theme.dim(status), sign.cols + room);
  if (!state.isFilterFocused || state.prompt !== undefined) return undefined;
  return { row: area.top, col: area.left + sign.cols + edit.cursorCol };
}

function putStatus(canvas: Canvas, area: Area, status: Styled, usedCols: number): undefined {
  const col = area.cols - status.cols - 1;
  if (status.cols > 0 && col > usedCols)
    canvas.put(area.top, area.left + col, concat(status, blank(1)));
}

function statusOf(state: PickerState): string {
  if (!state.isLoaded) return "";
  const count = state.sessions.length;
  const selected = state.selected.size > 0 ? `${state.selected.size} selected · ` : "";
  if (state.filter.text.trim() !== "") return `${selected}${state.rows.length} of ${count}`;
  return `${selected}${plural(count, "session")} · by ${state.sort}`;
}
