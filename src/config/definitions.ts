import { KEYMAP_NAMES } from "./keymaps.ts";
import { BOOLEAN, controlKeyOr, integerBetween, oneOf } from "./setting-kinds.ts";
import type { Kind } from "./setting-kinds.ts";
import { TUI_MODES, defaultSettings } from "./settings.ts";
import type { Settings } from "./settings.ts";

/** Each line takes about a kilobyte in the terminal model of each session. */
const MAX_SCROLLBACK_LINES = 100_000;

/** One key of the configuration file. Both validation and the template use these definitions. */
export interface Definition {
  /** Dotted name of the table. */
  readonly table: string;
  readonly key: string;
  /** Lines of the template that explain the setting. */
  readonly comment: readonly string[];
  readonly expected: string;
  /** The default, as TOML. */
  readonly defaultText: string;
  /** Sets the value, or returns false when it is not acceptable. */
  apply(settings: Settings, value: unknown): boolean;
}

export const DEFINITIONS: readonly Definition[] = [
  define("tui.mode", oneOf(TUI_MODES), {
    comment: [
      "Layout of the picker: full (list, preview, facts, log) or simplified (list only).",
      "TSM_TUI_MODE and 'tsm tui --full' or '--simplified' take precedence.",
    ],
    get: (settings) => settings.tui.mode,
    set: (settings, value) => (settings.tui.mode = value),
  }),
  define("tui.keymap", oneOf(KEYMAP_NAMES), {
    comment: [
      "Keys of the picker: default (letters act) or palette (letters filter).",
      "TSM_TUI_KEYMAP and 'tsm tui --keymap' take precedence.",
    ],
    get: (settings) => settings.tui.keymap,
    set: (settings, value) => (settings.tui.keymap = value),
  }),
  define("tui.show_help", BOOLEAN, {
    comment: ["Show the keys at the bottom of the picker."],
    get: (settings) => settings.tui.showHelp,
    set: (settings, value) => (settings.tui.showHelp = value),
  }),
  define("shell.prompt", BOOLEAN, {
    comment: ["Put [tsm:NAME] before the prompt of bash, zsh and fish."],
    get: (settings) => settings.shell.prompt,
    set: (settings, value) => (settings.shell.prompt = value),
  }),
  define("shell.shortcuts.full", controlKeyOr(""), {
    comment: [
      "Key at the prompt that opens the picker in its full layout. Keys that the terminal takes for",
      "signals, such as ctrl+c, ctrl+z and in bash ctrl+\\, do not come to the prompt.",
    ],
    get: (settings) => settings.shell.shortcuts.full,
    set: (settings, value) => (settings.shell.shortcuts.full = value),
  }),
  define("shell.shortcuts.palette", controlKeyOr(""), {
    comment: ["Key at the prompt that opens the palette."],
    get: (settings) => settings.shell.shortcuts.palette,
    set: (settings, value) => (settings.shell.shortcuts.palette = value),
  }),
  define("shell.shortcuts.toggle", controlKeyOr(""), {
    comment: ["Key at the prompt that goes to the previous session."],
    get: (settings) => settings.shell.shortcuts.toggle,
    set: (settings, value) => (settings.shell.shortcuts.toggle = value),
  }),
  define("attach.detach_key", controlKeyOr("none"), {
    comment: ["Key that leaves a session and lets it run on."],
    get: (settings) => settings.attach.detachKey,
    set: (settings, value) => (settings.attach.detachKey = value),
  }),
  define("attach.picker_key", controlKeyOr("none"), {
    comment: ["Key that opens the picker from any program in a session."],
    get: (settings) => settings.attach.pickerKey,
    set: (settings, value) => (settings.attach.pickerKey = value),
  }),
  define("session.scrollback_lines", integerBetween(0, MAX_SCROLLBACK_LINES), {
    comment: [`Lines of history that a session keeps, at most ${MAX_SCROLLBACK_LINES}.`],
    get: (settings) => settings.session.scrollbackLines,
    set: (settings, value) => (settings.session.scrollbackLines = value),
  }),
  define("git.auto_worktrees", BOOLEAN, {
    comment: ["A new session's repository gets sessions in its other worktrees too."],
    get: (settings) => settings.git.autoWorktrees,
    set: (settings, value) => (settings.git.autoWorktrees = value),
  }),
];

interface Access<T> {
  comment: readonly string[];
  get(settings: Settings): T;
  set(settings: Settings, value: T): void;
}

function define<T>(path: string, kind: Kind<T>, access: Access<T>): Definition {
  const dot = path.lastIndexOf(".");
  return {
    table: path.slice(0, dot),
    key: path.slice(dot + 1),
    comment: access.comment,
    expected: kind.expected,
    // For these types, JSON and TOML have the same literals.
    defaultText: JSON.stringify(access.get(defaultSettings())),
    apply(settings, value) {
      const parsed = kind.parse(value);
      if (parsed === undefined) return false;
      access.set(settings, parsed);
      return true;
    },
  };
}
