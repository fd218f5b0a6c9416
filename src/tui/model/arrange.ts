import { clamp } from "./clamp.ts";
import { layoutOf } from "./layout.ts";
import { buildRows } from "./rows.ts";
import type { LogEntry, PickerState } from "./state.ts";

/** Older entries are dropped. */
const MAX_LOG_ENTRIES = 500;

/** Rebuilds the rows; the cursor stays on its row, or at its position when that row is gone. */
export function rebuildRows(state: PickerState): PickerState {
  const rows = buildRows(state);
  const id = state.rows[state.cursor]?.id;
  const at = id === undefined ? -1 : rows.findIndex((row) => row.id === id);
  return showCursor({ ...state, rows, cursor: at === -1 ? state.cursor : at });
}

/** Puts the cursor on a session's row, if it has one. */
export function moveCursorTo(state: PickerState, name: string): PickerState {
  const at = state.rows.findIndex((row) => row.kind === "session" && row.session.name === name);
  return at === -1 ? state : moveCursor(state, at);
}

/** Moves the cursor; a different row has a different preview, which is not scrolled. */
export function moveCursor(state: PickerState, cursor: number): PickerState {
  const moved = showCursor({ ...state, cursor });
  if (moved.cursor === state.cursor) return moved;
  return { ...moved, previewScroll: { cols: 0, rows: 0 } };
}

/** Keeps cursor and top inside the list, and the cursor on the screen. */
export function showCursor(state: PickerState): PickerState {
  const count = state.rows.length;
  const visible = Math.max(1, layoutOf(state).list.rows);
  const cursor = count === 0 ? -1 : clamp(state.cursor, 0, count - 1);
  const lowest = Math.max(0, count - visible);
  const top = clamp(state.top, Math.min(lowest, cursor - visible + 1), Math.min(lowest, cursor));
  return { ...state, cursor, top: Math.max(0, top) };
}

/** Adds a line to the activity log. */
export function addLog(state: PickerState, text: string): PickerState {
  const entry: LogEntry = { atMs: state.nowMs, text };
  return { ...state, log: [...state.log, entry].slice(-MAX_LOG_ENTRIES), logScroll: 0 };
}
