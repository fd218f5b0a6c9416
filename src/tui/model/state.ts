import type { Keymap, KeymapName } from "../../config/keymaps.ts";
import type { Settings, TuiMode } from "../../config/settings.ts";
import type { SortOrder } from "../../sessions/sort-sessions.ts";
import type { FieldMatches } from "./filter.ts";
import type { LineEdit } from "./line-edit.ts";
import { editOf } from "./line-edit.ts";
import type { ListedSession } from "./listed-session.ts";

/** A line of the list. `id` stays the same while the list changes around it. */
export type Row =
  | { kind: "group"; id: string; repo: string; count: number; isFolded: boolean }
  | {
      kind: "session";
      id: string;
      session: ListedSession;
      isMember: boolean;
      matches: FieldMatches | undefined;
    };

/** A question; all keys answer it while it is open. */
export type Prompt =
  | { kind: "kill"; names: readonly string[] }
  | { kind: "rename"; name: string; edit: LineEdit }
  | { kind: "new-name"; edit: LineEdit }
  | { kind: "new-directory"; name: string; edit: LineEdit };

export interface LogEntry {
  atMs: number;
  text: string;
}

export interface Preview {
  /** Session that it shows. */
  name: string;
  /** Styled lines, each with its own beginning and end of style. */
  lines: readonly string[];
  /** Columns of the widest line. */
  cols: number;
}

/** The whole state of the picker. Never changed in place. */
export interface PickerState {
  size: { rows: number; cols: number };
  startedMs: number;
  nowMs: number;
  mode: TuiMode;
  keymapName: KeymapName;
  keymap: Keymap;
  showHelp: boolean;
  /** Session in which the picker runs. */
  current: string | undefined;
  home: string;
  /** Default directory of a new session. */
  cwd: string;
  /** One more key that quits, the one that opened the picker. */
  closeKey: string | undefined;

  sessions: readonly ListedSession[];
  /** False until the first list has been read. */
  isLoaded: boolean;
  sort: SortOrder;
  folded: ReadonlySet<string>;
  selected: ReadonlySet<string>;
  filter: LineEdit;
  /** Typing goes into the filter. */
  isFilterFocused: boolean;

  /** Derived from the sessions, order, folds and filter above. */
  rows: readonly Row[];
  /** Row that the next action is about; -1 in an empty list. */
  cursor: number;
  /** First row on the screen. */
  top: number;
  /** Name of a session just created: the cursor moves to it when it appears. */
  awaited: string | undefined;

  prompt: Prompt | undefined;
  log: readonly LogEntry[];
  /** Lines that the log is scrolled up. */
  logScroll: number;
  /** Shown on the log line until the next action. */
  error: string | undefined;
  preview: Preview | undefined;
  previewScroll: { cols: number; rows: number };
  lastPress: { id: string; atMs: number } | undefined;
}

export interface PickerSetup {
  settings: Settings["tui"];
  size: { rows: number; cols: number };
  nowMs: number;
  current?: string;
  home?: string;
  cwd: string;
  closeKey?: string;
}

export function initialState(setup: PickerSetup): PickerState {
  const { settings } = setup;
  return {
    size: setup.size,
    startedMs: setup.nowMs,
    nowMs: setup.nowMs,
    mode: settings.mode,
    keymapName: settings.keymap,
    keymap: settings.keymaps[settings.keymap],
    showHelp: settings.showHelp,
    current: setup.current,
    home: setup.home ?? "",
    cwd: setup.cwd,
    closeKey: setup.closeKey,
    sessions: [],
    isLoaded: false,
    sort: "repo",
    folded: new Set(),
    selected: new Set(),
    filter: editOf(""),
    isFilterFocused: settings.keymap === "palette",
    rows: [],
    cursor: -1,
    top: 0,
    awaited: undefined,
    prompt: undefined,
    log: [],
    logScroll: 0,
    error: undefined,
    preview: undefined,
    previewScroll: { cols: 0, rows: 0 },
    lastPress: undefined,
  };
}

/** The session under the cursor; undefined on a header or in an empty list. */
export function sessionAtCursor(state: PickerState): ListedSession | undefined {
  const row = state.rows[state.cursor];
  return row?.kind === "session" ? row.session : undefined;
}
