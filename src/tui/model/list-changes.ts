import { addLog, moveCursorTo, rebuildRows } from "./arrange.ts";
import type { ListedSession } from "./listed-session.ts";
import type { PickerState, Prompt } from "./state.ts";

/** Replaces the list: ended sessions leave the selection, the questions and the screen. */
export function acceptSessions(
  state: PickerState,
  sessions: readonly ListedSession[],
): PickerState {
  const names = new Set(sessions.map(({ name }) => name));
  const gone = state.sessions.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  // An equal list needs no matching, sorting or drawing.
  if (state.isLoaded && Bun.deepEquals(state.sessions, sessions)) return state;
  let next = withoutGone({ ...state, sessions, isLoaded: true }, names);
  next = rebuildRows(next);
  if (gone.length > 0) next = addLog(next, `ended: ${gone.join(", ")}`);
  if (!state.isLoaded && state.current !== undefined) next = moveCursorTo(next, state.current);
  return showAwaited(next);
}

/** Moves the cursor to a session created here as soon as it is in the list. */
export function showAwaited(state: PickerState): PickerState {
  const name = state.awaited;
  if (name === undefined || !state.sessions.some((session) => session.name === name)) return state;
  return { ...moveCursorTo(state, name), awaited: undefined };
}

export function removeSession(state: PickerState, name: string): PickerState {
  const sessions = state.sessions.filter((session) => session.name !== name);
  if (sessions.length === state.sessions.length) return state;
  const names = new Set(sessions.map((session) => session.name));
  return rebuildRows(withoutGone({ ...state, sessions }, names));
}

/** The cursor and the selection follow the new name. */
export function renameInList(state: PickerState, from: string, to: string): PickerState {
  const rename = (name: string): string => (name === from ? to : name);
  const wasAtCursor = state.rows[state.cursor]?.id === `session ${from}`;
  const next = rebuildRows({
    ...state,
    sessions: state.sessions.map((session) => ({ ...session, name: rename(session.name) })),
    selected: new Set([...state.selected].map(rename)),
    current: state.current === undefined ? undefined : rename(state.current),
  });
  return wasAtCursor ? moveCursorTo(next, to) : next;
}

function withoutGone(state: PickerState, names: ReadonlySet<string>): PickerState {
  return {
    ...state,
    selected: state.selected.intersection(names),
    prompt: promptWithout(state.prompt, names),
  };
}

function promptWithout(prompt: Prompt | undefined, names: ReadonlySet<string>): Prompt | undefined {
  if (prompt?.kind === "rename") return names.has(prompt.name) ? prompt : undefined;
  if (prompt?.kind !== "kill") return prompt;
  const left = prompt.names.filter((name) => names.has(name));
  return left.length === 0 ? undefined : { ...prompt, names: left };
}
