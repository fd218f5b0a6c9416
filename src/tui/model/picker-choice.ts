/** How the picker ended. `rest` was typed after the key that ended it: input for the next program. */
export type PickerChoice = { rest: Uint8Array } & (
  | { kind: "attach"; name: string }
  /** `current` is the current session's name, which may have been changed in the picker. */
  | { kind: "quit"; current?: string }
);
