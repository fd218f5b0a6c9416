import { resolve } from "node:path";

import { TsmError } from "../../base/errors.ts";
import { validateSessionName } from "../../sessions/names.ts";
import { only } from "./actions.ts";
import type { Update } from "./event.ts";
import { editLine, editOf, insertText } from "./line-edit.ts";
import type { PickerState, Prompt } from "./state.ts";

/** Handles a key while a question is open. */
export function answerPrompt(
  state: PickerState,
  prompt: Prompt,
  key: { name: string; text: string },
): Update {
  if (prompt.kind === "kill") {
    const closed: PickerState = { ...state, prompt: undefined };
    if (key.text !== "y" && key.text !== "Y") return only(closed);
    const effects = [{ kind: "kill" as const, names: prompt.names }];
    return { state: { ...closed, selected: new Set() }, effects };
  }
  if (key.name === "esc") return only({ ...state, prompt: undefined });
  if (key.name === "enter") return commit(state, prompt);
  const edit = editLine(prompt.edit, key.name, key.text);
  return only(edit === undefined ? state : { ...state, prompt: { ...prompt, edit } });
}

/** A paste while a question is open: text for a line, but never a yes. */
export function pasteIntoPrompt(state: PickerState, prompt: Prompt, text: string): PickerState {
  if (prompt.kind === "kill") return { ...state, prompt: undefined };
  return { ...state, prompt: { ...prompt, edit: insertText(prompt.edit, text) } };
}

function commit(state: PickerState, prompt: Exclude<Prompt, { kind: "kill" }>): Update {
  const text = prompt.edit.text.trim();
  const closed: PickerState = { ...state, prompt: undefined };
  switch (prompt.kind) {
    case "rename": {
      if (text === prompt.name) return only(closed);
      const problem = problemWithName(state, text);
      if (problem !== undefined) return only({ ...state, error: problem });
      return { state: closed, effects: [{ kind: "rename", from: prompt.name, to: text }] };
    }
    case "new-name": {
      const problem = problemWithName(state, text);
      if (problem !== undefined) return only({ ...state, error: problem });
      const edit = editOf(withTilde(state.cwd, state.home));
      return only({ ...state, prompt: { kind: "new-directory", name: text, edit } });
    }
    case "new-directory": {
      const dir = absolutePath(text, state);
      return { state: closed, effects: [{ kind: "create", name: prompt.name, dir }] };
    }
  }
}

function problemWithName(state: PickerState, name: string): string | undefined {
  if (state.sessions.some((session) => session.name === name)) {
    return `A session called ${name} already exists.`;
  }
  try {
    validateSessionName(name);
    return undefined;
  } catch (error) {
    if (error instanceof TsmError) return error.message;
    throw error;
  }
}

function withTilde(dir: string, home: string): string {
  if (home === "") return dir;
  if (dir === home) return "~";
  return dir.startsWith(`${home}/`) ? `~${dir.slice(home.length)}` : dir;
}

function absolutePath(text: string, { cwd, home }: Pick<PickerState, "cwd" | "home">): string {
  if (text === "") return cwd;
  if (text === "~" || text.startsWith("~/")) return resolve(home, `.${text.slice(1)}`);
  return resolve(cwd, text);
}
