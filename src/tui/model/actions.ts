import type { ActionName } from "../../config/keymaps.ts";
import type { SortOrder } from "../../sessions/sort-sessions.ts";
import { quoteForPosix } from "../../shell/quote.ts";
import { addLog, moveCursor, rebuildRows, showCursor } from "./arrange.ts";
import { clamp } from "./clamp.ts";
import type { Effect, Update } from "./event.ts";
import { layoutOf } from "./layout.ts";
import { editOf } from "./line-edit.ts";
import { scrollLog, scrollPreview } from "./scroll.ts";
import { sessionAtCursor, type PickerState } from "./state.ts";

/** Columns by which a key scrolls the preview. */
const PREVIEW_STEP_COLS = 8;
/** The orders as the sort key cycles through them. */
const SORT_CYCLE: readonly SortOrder[] = ["repo", "name", "clients", "age", "memory"];

/** Performs the action that a key is bound to. */
export function performAction(state: PickerState, action: ActionName): Update {
  switch (action) {
    case "move_up":
      return only(moveCursor(state, state.cursor - 1));
    case "move_down":
      return only(moveCursor(state, state.cursor + 1));
    case "move_left":
      return only(moveSideways(state, -1));
    case "move_right":
      return only(moveSideways(state, 1));
    case "attach":
      return attachOrFold(state);
    case "toggle_select":
      return only(toggleSelected(state));
    case "toggle_select_all":
      return only(toggleAll(state));
    case "detach":
      return detach(state);
    case "kill":
      return only(askToKill(state));
    case "rename":
      return only(beginRename(state));
    case "new_session":
      return only({ ...state, prompt: { kind: "new-name", edit: editOf("") } });
    case "copy_command":
      return copyCommand(state);
    case "sort":
      return only(sortByNext(state));
    case "toggle_layout":
      return only(showCursor({ ...state, mode: state.mode === "full" ? "simplified" : "full" }));
    case "mux_open":
      return only(state); // workspaces do not exist yet
    case "filter":
      return only({ ...state, isFilterFocused: true });
    case "log_up":
      return only(scrollLog(state, 1));
    case "log_down":
      return only(scrollLog(state, -1));
    case "refresh":
      return { state, effects: [{ kind: "refresh" }] };
    case "quit":
      return quit(state);
    case "force_quit":
      return { state, effects: [{ kind: "quit" }] };
  }
}

/** Empties the filter and shows the whole list again, the cursor on the session it was on. */
export function clearFilter(state: PickerState): PickerState {
  const isFilterFocused = state.keymapName === "palette";
  return rebuildRows({ ...state, filter: editOf(""), isFilterFocused });
}

export function attachOrFold(state: PickerState): Update {
  const row = state.rows[state.cursor];
  if (row === undefined) return only(state);
  if (row.kind === "group") return only(fold(state, row.repo, !row.isFolded));
  return { state, effects: [{ kind: "attach", name: row.session.name }] };
}

function quit(state: PickerState): Update {
  const hasFilter =
    state.filter.text !== "" || (state.isFilterFocused && state.keymapName === "default");
  return hasFilter ? only(clearFilter(state)) : { state, effects: [{ kind: "quit" }] };
}

function fold(state: PickerState, repo: string, isFolded: boolean): PickerState {
  const folded = new Set(state.folded);
  if (isFolded) folded.add(repo);
  else folded.delete(repo);
  return rebuildRows({ ...state, folded });
}

function moveSideways(state: PickerState, direction: -1 | 1): PickerState {
  const row = state.rows[state.cursor];
  if (row?.kind === "group") return fold(state, row.repo, direction === -1);
  if (direction === -1 && state.previewScroll.cols === 0 && row?.isMember === true) {
    const header = state.rows.findLastIndex(
      (other, at) => at < state.cursor && other.kind === "group",
    );
    return moveCursor(state, header);
  }
  return scrollPreview(state, direction * PREVIEW_STEP_COLS, 0);
}

/** The sessions an action applies to: the selected ones, else the one under the cursor. */
function targets(state: PickerState): readonly string[] {
  if (state.selected.size > 0) {
    return state.sessions.map(({ name }) => name).filter((name) => state.selected.has(name));
  }
  const session = sessionAtCursor(state);
  return session === undefined ? [] : [session.name];
}

function askToKill(state: PickerState): PickerState {
  const names = targets(state);
  if (names.length === 0) return noTarget(state);
  return { ...state, prompt: { kind: "kill", names } };
}

function detach(state: PickerState): Update {
  const names = targets(state);
  if (names.length === 0) return only(noTarget(state));
  return { state: { ...state, selected: new Set() }, effects: [{ kind: "detach", names }] };
}

function beginRename(state: PickerState): PickerState {
  const session = sessionAtCursor(state);
  if (session === undefined) return noTarget(state);
  return {
    ...state,
    prompt: { kind: "rename", name: session.name, edit: editOf(session.name) },
  };
}

function copyCommand(state: PickerState): Update {
  const session = sessionAtCursor(state);
  if (session === undefined) return only(noTarget(state));
  const isPlain = /^[\w@%+=:,./-]+$/.test(session.name) && !session.name.startsWith("-");
  const word = isPlain ? session.name : quoteForPosix(session.name);
  const text = `tsm attach ${session.name.startsWith("-") ? `-- ${word}` : word}`;
  const effects: Effect[] = [{ kind: "copy", text }];
  return { state: addLog(state, `copied: ${text}`), effects };
}

function noTarget(state: PickerState): PickerState {
  const error =
    state.rows.length === 0 ? "There is no session here." : "This is a group. Choose a session.";
  return { ...state, error };
}

function sortByNext(state: PickerState): PickerState {
  const at = SORT_CYCLE.indexOf(state.sort);
  return rebuildRows({ ...state, sort: SORT_CYCLE[(at + 1) % SORT_CYCLE.length] ?? "name" });
}

/** Toggles the session, or on a header its whole group, at the cursor. */
function toggleSelected(state: PickerState): PickerState {
  const row = state.rows[state.cursor];
  if (row === undefined) return state;
  const names =
    row.kind === "session"
      ? [row.session.name]
      : state.sessions.filter(({ repo }) => repo === row.repo).map(({ name }) => name);
  return toggle(state, names);
}

/** Toggles everything the filter shows, including folded groups. */
function toggleAll(state: PickerState): PickerState {
  if (state.filter.text.trim() === "") {
    return toggle(
      state,
      state.sessions.map(({ name }) => name),
    );
  }
  const shown = state.rows.flatMap((row) => (row.kind === "session" ? [row.session.name] : []));
  return toggle(state, shown);
}

function toggle(state: PickerState, names: readonly string[]): PickerState {
  const selected = new Set(state.selected);
  const areAllSelected = names.every((name) => selected.has(name));
  for (const name of names) {
    if (areAllSelected) selected.delete(name);
    else selected.add(name);
  }
  return { ...state, selected };
}

/** Moves the cursor by a screen; these keys are not configurable. */
export function movePage(state: PickerState, direction: -1 | 1): PickerState {
  const step = Math.max(1, layoutOf(state).list.rows - 1);
  return moveCursor(state, clamp(state.cursor + direction * step, 0, state.rows.length - 1));
}

export function only(state: PickerState): Update {
  return { state, effects: [] };
}
