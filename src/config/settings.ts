import { DEFAULT_KEYMAPS } from "./keymaps.ts";
import type { Keymap, KeymapName } from "./keymaps.ts";

export const TUI_MODES = ["full", "simplified"] as const;
export type TuiMode = (typeof TUI_MODES)[number];

/** Everything that can be set, with each value valid. Control keys are written `ctrl+x`. */
export interface Settings {
  tui: {
    mode: TuiMode;
    keymap: KeymapName;
    showHelp: boolean;
    keymaps: Record<KeymapName, Keymap>;
  };
  shell: {
    /** Whether the session's name stands before the prompt. */
    prompt: boolean;
    /** Keys at the prompt; an empty string is none. */
    shortcuts: { full: string; palette: string; toggle: string };
  };
  /** Keys of the attached client; `none` is none. */
  attach: { detachKey: string; pickerKey: string };
  session: { scrollbackLines: number };
  git: { autoWorktrees: boolean };
}

/** The defaults, as an object of the caller's own. */
export function defaultSettings(): Settings {
  return {
    tui: { mode: "full", keymap: "default", showHelp: true, keymaps: { ...DEFAULT_KEYMAPS } },
    shell: { prompt: true, shortcuts: { full: "", palette: "ctrl+]", toggle: "" } },
    attach: { detachKey: "ctrl+\\", pickerKey: "ctrl+]" },
    session: { scrollbackLines: 10_000 },
    git: { autoWorktrees: false },
  };
}
