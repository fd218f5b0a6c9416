import { DEFAULT_KEYMAPS } from "./keymaps.ts";
import type { Keymap, KeymapName } from "./keymaps.ts";

export const TUI_MODES = ["full", "simplified"] as const;
export type TuiMode = (typeof TUI_MODES)[number];

/** All settings, each with a valid value. Control keys are written `ctrl+x`. */
export interface Settings {
  tui: {
    mode: TuiMode;
    keymap: KeymapName;
    showHelp: boolean;
    keymaps: Record<KeymapName, Keymap>;
  };
  shell: {
    /** Whether the session's name is shown before the prompt. */
    prompt: boolean;
    /** Keys at the prompt; an empty string means no key. */
    shortcuts: { full: string; palette: string; toggle: string };
  };
  /** Keys of the attached client; `none` means no key. */
  attach: { detachKey: string; pickerKey: string };
  session: { scrollbackLines: number };
  git: { autoWorktrees: boolean };
}

/** Returns the defaults, as a new object that the caller may change. */
export function defaultSettings(): Settings {
  return {
    tui: { mode: "full", keymap: "default", showHelp: true, keymaps: { ...DEFAULT_KEYMAPS } },
    shell: { prompt: true, shortcuts: { full: "", palette: "ctrl+]", toggle: "" } },
    attach: { detachKey: "ctrl+\\", pickerKey: "ctrl+]" },
    session: { scrollbackLines: 10_000 },
    git: { autoWorktrees: false },
  };
}
