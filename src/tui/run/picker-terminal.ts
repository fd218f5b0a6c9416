/** Events of a terminal for the program that draws in it. */
export interface PickerTerminalEvents {
  onInput(bytes: Uint8Array): void;
  onResize(size: { rows: number; cols: number }): void;
  /** The terminal has accepted all output. */
  onDrain(): void;
  /** What undoes all output; for a terminal that is given back meanwhile. */
  leave(): string;
  /** This program was stopped and resumed: the terminal shows nothing of ours and has none of our modes. */
  onContinue(): void;
  /** The terminal is gone, or a signal ends this program; the terminal has been released. */
  onGone(): void;
}

/**
 * A terminal in raw mode that is lent to the picker: this process's own, or one in which the attach
 * client shows sessions. It keeps input that arrives while nobody listens.
 */
export interface PickerTerminal {
  readonly size: { rows: number; cols: number };
  /** Bytes that the terminal has not accepted yet. */
  readonly pendingBytes: number;
  write(bytes: Uint8Array): void;
  /** Resets modes set by other programs; a lent terminal may have any mode on. */
  prepare?(): void;
  listen(events: PickerTerminalEvents): void;
  /** Ends `listen`. `rest` was already read and goes to the next listener. */
  unlisten(rest: Uint8Array): void;
}

/**
 * Modes of the picker: alternate screen, kitty keyboard (each screen has a stack of its own, so it
 * is pushed after the switch), bracketed paste, mouse clicks in SGR form. No queries: their late
 * answers would reach the next program.
 */
export const ENTER_PICKER = "\x1b[?1049h\x1b[>1u\x1b[?2004h\x1b[?1000h\x1b[?1006h\x1b[?25l";

/** Undoes {@link ENTER_PICKER}, and the modes that an unfinished frame may have left on. */
export const LEAVE_PICKER =
  "\x1b[?2026l\x1b[?7h\x1b[<u\x1b[?2004l\x1b[?1006l\x1b[?1000l\x1b[?25h\x1b[0m\x1b[?1049l";
