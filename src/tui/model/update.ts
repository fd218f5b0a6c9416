import { ACTION_NAMES, type ActionName } from "../../config/keymaps.ts";
import { clearFilter, movePage, only, performAction } from "./actions.ts";
import { addLog, moveCursor, rebuildRows, showCursor } from "./arrange.ts";
import type { PickerEvent, Update } from "./event.ts";
import { editLine, insertText, type LineEdit } from "./line-edit.ts";
import { removeSession, renameInList, showAwaited, acceptSessions } from "./list-changes.ts";
import { handleMouse } from "./mouse.ts";
import { answerPrompt, pasteIntoPrompt } from "./prompts.ts";
import { scrollPreview } from "./scroll.ts";
import { sessionAtCursor, type PickerState } from "./state.ts";

/** The state after an event, and the effects to carry out. Pure; the clock is an argument. */
export function update(before: PickerState, event: PickerEvent, nowMs: number): Update {
  const state = before.nowMs === nowMs ? before : { ...before, nowMs };
  switch (event.type) {
    case "key":
      return handleKey(withoutError(state), event);
    case "paste":
      return only(handlePaste(withoutError(state), event.text));
    case "mouse":
      // A click does not answer a question.
      return state.prompt === undefined ? handleMouse(withoutError(state), event) : only(state);
    case "ignored":
      return only(state);
    case "resize":
      return only(scrollPreview(showCursor({ ...state, size: event.size }), 0, 0));
    case "sessions":
      return only(acceptSessions(state, event.sessions));
    case "preview":
      return only(acceptPreview(state, event.name, event.preview));
    case "killed":
      return only(addLog(removeSession(state, event.name), `killed: ${event.name}`));
    case "detached":
      return thenRefresh(addLog(state, `detached: ${event.name}`));
    case "renamed":
      return thenRefresh(
        addLog(
          renameInList(state, event.from, event.to),
          `renamed: ${event.from} is now ${event.to}`,
        ),
      );
    case "created":
      return thenRefresh(
        showAwaited({ ...addLog(state, `created: ${event.name}`), awaited: event.name }),
      );
    case "failed":
      return only({ ...addLog(state, event.message), error: event.message });
  }
}

/** The session to preview; undefined while the layout shows no preview. */
export function previewTarget(state: PickerState): string | undefined {
  const session = state.mode === "full" ? sessionAtCursor(state) : undefined;
  return session?.isReachable === true ? session.name : undefined;
}

function handleKey(state: PickerState, key: { name: string; text: string }): Update {
  if (state.keymap.force_quit.includes(key.name)) return performAction(state, "force_quit");
  if (state.prompt !== undefined) return answerPrompt(state, state.prompt, key);
  const action = actionOf(state, key);
  if (action !== undefined) return performAction(state, action);
  if (key.name === "esc" || key.name === state.closeKey) {
    return performAction(state, key.name === "esc" ? "quit" : "force_quit");
  }
  if (key.name === "pageup") return only(movePage(state, -1));
  if (key.name === "pagedown") return only(movePage(state, 1));
  if (state.isFilterFocused) return only(editFilter(state, key));
  if (key.name === "home") return only(moveCursor(state, 0));
  if (key.name === "end") return only(moveCursor(state, state.rows.length - 1));
  return only(state);
}

/** While a filter is typed, keys that type text are never actions. */
function actionOf(state: PickerState, key: { name: string; text: string }): ActionName | undefined {
  const isText = key.text !== "" && state.isFilterFocused && state.keymapName === "default";
  if (isText) return undefined;
  return ACTION_NAMES.find((action) => state.keymap[action].includes(key.name));
}

function editFilter(state: PickerState, key: { name: string; text: string }): PickerState {
  // The filter stays, and keys act on the list again.
  if (key.name === "tab") return { ...state, isFilterFocused: state.keymapName === "palette" };
  const isErasing = key.name === "backspace" || key.name === "ctrl+h";
  if (isErasing && state.filter.text === "") return clearFilter(state);
  const edit = editLine(state.filter, key.name, key.text);
  return edit === undefined ? state : filterBy(state, edit);
}

function filterBy(state: PickerState, filter: LineEdit): PickerState {
  const isSame = filter.text === state.filter.text;
  const next = { ...state, filter };
  // A new query has a new best match.
  return isSame ? next : moveCursor(rebuildRows(next), 0);
}

function handlePaste(state: PickerState, text: string): PickerState {
  if (state.prompt !== undefined) return pasteIntoPrompt(state, state.prompt, text);
  // Pasted letters are not keys: only a filter or a question accepts them.
  return state.isFilterFocused ? filterBy(state, insertText(state.filter, text)) : state;
}

function acceptPreview(
  state: PickerState,
  name: string,
  preview: PickerState["preview"],
): PickerState {
  if (previewTarget(state) !== name) return state;
  return scrollPreview({ ...state, preview }, 0, 0);
}

function withoutError(state: PickerState): PickerState {
  return state.error === undefined ? state : { ...state, error: undefined };
}

function thenRefresh(state: PickerState): Update {
  return { state, effects: [{ kind: "refresh" }] };
}
