/** What the terminal reported, decoded. Columns and rows count from 0. */
export type InputEvent =
  | {
      type: "key";
      /** As the configuration spells it: `up`, `ctrl+a`, `alt+x`, `shift+tab`, `d`, `space`. */
      name: string;
      /** What the key types; empty for a key that types nothing. */
      text: string;
    }
  | { type: "paste"; text: string }
  | { type: "mouse"; kind: "press" | "wheel-up" | "wheel-down"; col: number; row: number }
  /** Recognized, without a meaning here: releases, focus reports, answers to queries of others. */
  | { type: "ignored" };

export const IGNORED: InputEvent = { type: "ignored" };
