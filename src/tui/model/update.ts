import { ACTION_NAMES, type ActionName } from "../../config/keymaps.ts";
import { clearFilter, movePage, only, performAction } from "./actions.ts";
import { addLog, moveCursor, rebuildRows, showCursor } from "./arrange.ts";
import type { PickerEvent, Update } from "./event.ts";
import { editLine, insertText, type LineEdit } from "./line-edit.ts";
import { removeSession, renameInList, showAwaited, takeSessions } from "./list-changes.ts";
import { handleMouse } from "./mouse.ts";
import { answerPrompt, pasteIntoPrompt } from "./prompts.ts";
import { scrollPreview } from "./scroll.ts";
import { sessionAtCursor, type PickerState } from "./state.ts";

/** What an event makes of the state, and what it wants done. Pure; the clock is an argument. */
export function update(before: PickerState, event: PickerEvent, nowMs: number): Update {
  const state = before.nowMs === nowMs ? before : { ...before, nowMs };
  switch (event.type) {
    case "key":
      return handleKey(forgetError(state), event);
    case "paste":
      return only(handlePaste(forgetError(state), event.text));
    case "mouse":
      // A click beside a question is no answer to it.
      return state.prompt === undefined ? handleMouse(forgetError(state), event) : only(state);
    case "ignored":
      return only(state);
    case "resize":
      return only(scrollPreview(showCursor({ ...state, size: event.size }), 0, 0));
    case "sessions":
      return only(takeSessions(state, event.sessions));
    case "preview":
      return only(takePreview(state, event.name, event.preview));
    case "killed":
      return only(addLog(removeSession(state, event.name), `killed: ${event.name}`));
    case "detached":
      return reread(addLog(state, `detached: ${event.name}`));
    case "renamed":
      return reread(
        addLog(
          renameInList(state, event.from, event.to),
          `renamed: ${event.from} is ${event.to} now`,
        ),
      );
    case "created":
      return reread(
        showAwaited({ ...addLog(state, `created: ${event.name}`), awaited: event.name }),
      );
    case "failed":
      return only({ ...addLog(state, event.message), error: event.message });
  }
}

/** The session whose preview shall be shown; undefined while there is no place for one. */
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

/** In a filter that is being typed, what types something is text, whatever else it may mean. */
function actionOf(state: PickerState, key: { name: string; text: string }): ActionName | undefined {
  const isText = key.text !== "" && state.isFilterFocused && state.keymapName === "default";
  if (isText) return undefined;
  return ACTION_NAMES.find((action) => state.keymap[action].includes(key.name));
}

function editFilter(state: PickerState, key: { name: string; text: string }): PickerState {
  // The filter stays; the keys are the list's again.
  if (key.name === "tab") return { ...state, isFilterFocused: state.keymapName === "palette" };
  const isErasing = key.name === "backspace" || key.name === "ctrl+h";
  if (isErasing && state.filter.text === "") return clearFilter(state);
  const edit = editLine(state.filter, key.name, key.text);
  return edit === undefined ? state : filterBy(state, edit);
}

function filterBy(state: PickerState, filter: LineEdit): PickerState {
  const isSame = filter.text === state.filter.text;
  const next = { ...state, filter };
  // Another query has another best match.
  return isSame ? next : moveCursor(rebuildRows(next), 0);
}

function handlePaste(state: PickerState, text: string): PickerState {
  if (state.prompt !== undefined) return pasteIntoPrompt(state, state.prompt, text);
  // Pasted letters are no keys: only a filter or a question takes them.
  return state.isFilterFocused ? filterBy(state, insertText(state.filter, text)) : state;
}

function takePreview(
  state: PickerState,
  name: string,
  preview: PickerState["preview"],
): PickerState {
  if (previewTarget(state) !== name) return state;
  return scrollPreview({ ...state, preview }, 0, 0);
}

function forgetError(state: PickerState): PickerState {
  return state.error === undefined ? state : { ...state, error: undefined };
}

function reread(state: PickerState): Update {
  return { state, effects: [{ kind: "refresh" }] };
}
