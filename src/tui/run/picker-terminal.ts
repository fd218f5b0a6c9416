/** What a terminal tells whoever shows something in it. */
export interface PickerTerminalEvents {
  onInput(bytes: Uint8Array): void;
  onResize(size: { rows: number; cols: number }): void;
  /** The terminal has taken all that was written. */
  onDrain(): void;
  /** This program was stopped and goes on: the terminal shows nothing, and has no modes of ours. */
  onContinue(): void;
  /** The terminal is gone, or a signal ends this program; it has been given back. */
  onGone(): void;
}

/**
 * A terminal in raw mode that the picker may use. The attach client's own terminal is one, too, so
 * that it can be lent; what is typed while nobody listens must be kept.
 */
export interface PickerTerminal {
  readonly size: { rows: number; cols: number };
  /** Bytes that the terminal has not taken yet. */
  readonly pendingBytes: number;
  write(bytes: Uint8Array): void;
  /** Undoes what others have set; a terminal that is lent may have any mode on. */
  prepare?(): void;
  listen(events: PickerTerminalEvents): void;
  /** Ends `listen`. `rest` was read already and goes to whoever listens next. */
  unlisten(rest: Uint8Array): void;
}

/**
 * Modes of the picker: alternate screen, kitty keyboard (each screen has a stack of its own, so it
 * is pushed behind the switch), bracketed paste, mouse clicks in SGR form. No queries: their late
 * answers would reach the next program.
 */
export const ENTER_PICKER = "\x1b[?1049h\x1b[>1u\x1b[?2004h\x1b[?1000h\x1b[?1006h\x1b[?25l";

/** Undoes {@link ENTER_PICKER}, and what a frame that was cut short may have left. */
export const LEAVE_PICKER =
  "\x1b[?2026l\x1b[?7h\x1b[<u\x1b[?2004l\x1b[?1006l\x1b[?1000l\x1b[?25h\x1b[0m\x1b[?1049l";
