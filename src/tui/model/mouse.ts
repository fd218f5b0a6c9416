import { attachOrFold, only } from "./actions.ts";
import { moveCursor } from "./arrange.ts";
import { clamp } from "./clamp.ts";
import type { Update } from "./event.ts";
import type { InputEvent } from "../input/input-event.ts";
import { layoutOf, type Area } from "./layout.ts";
import { scrollLog, scrollPreview } from "./scroll.ts";
import type { PickerState } from "./state.ts";

const DOUBLE_CLICK_MS = 500;
const WHEEL_ROWS = 3;

type MouseEvent = InputEvent & { type: "mouse" };

/** A click selects, a second one on the same row attaches, the wheel scrolls the pane under it. */
export function handleMouse(state: PickerState, event: MouseEvent): Update {
  if (event.kind === "press") return press(state, event);
  const direction = event.kind === "wheel-up" ? -1 : 1;
  const layout = layoutOf(state);
  if (isInside(layout.log, event)) return only(scrollLog(state, -direction));
  if (layout.preview !== undefined && isInside(layout.preview, event)) {
    return only(scrollPreview(state, 0, -direction * WHEEL_ROWS));
  }
  if (!isInside(layout.list, event)) return only(state);
  return only(scrollList(state, direction * WHEEL_ROWS, layout.list.rows));
}

/** Scrolls the list; the cursor moves only as far as it must to stay on the screen. */
function scrollList(state: PickerState, by: number, visible: number): PickerState {
  const top = clamp(state.top + by, 0, Math.max(0, state.rows.length - visible));
  const cursor = clamp(state.cursor, top, top + Math.max(1, visible) - 1);
  return moveCursor({ ...state, top }, cursor);
}

function press(state: PickerState, event: MouseEvent): Update {
  const { list } = layoutOf(state);
  const at = state.top + event.row - list.top;
  const row = isInside(list, event) ? state.rows[at] : undefined;
  if (row === undefined) return only({ ...state, lastPress: undefined });
  const moved = moveCursor(state, at);
  const last = state.lastPress;
  const isDouble = last?.id === row.id && state.nowMs - last.atMs <= DOUBLE_CLICK_MS;
  if (isDouble) return attachOrFold({ ...moved, lastPress: undefined });
  return only({ ...moved, lastPress: { id: row.id, atMs: state.nowMs } });
}

function isInside(area: Area, { col, row }: { col: number; row: number }): boolean {
  const isInRows = row >= area.top && row < area.top + area.rows;
  return isInRows && col >= area.left && col < area.left + area.cols;
}
