/** The bytes that bring a freshly reset terminal of a size to a state, in pieces made as they are read. */
export interface SnapshotPieces {
  rows: number;
  cols: number;
  byteLength: number;
  /**
   * Row, counted from the first one captured, at which the output of the last run command begins;
   * undefined when none was marked.
   */
  runRow: number | undefined;
  /** May be read at any later time, also again: they are of the moment when they were asked for. */
  pieces: Iterable<Uint8Array>;
}

/** The part of a screen that a smaller terminal shows: its size, and where it was last. */
export interface ViewPort {
  rows: number;
  cols: number;
  /** First row and column of the screen in it. */
  top: number;
  left: number;
}

/** A terminal's screen as a terminal of another size shows it. */
export interface ViewFrame {
  top: number;
  left: number;
  /** Bytes that draw each row of the view, from its first column on, with the default pen. */
  lines: readonly string[];
  /** Bytes that set what keys send and what colours look like; empty for what is as after a reset. */
  settings: readonly string[];
  /** In the view, from 0. */
  cursor: { row: number; col: number; isVisible: boolean };
}

/**
 * Follows a program's output and can bring a newly attached terminal to the same state.
 *
 * Nothing here throws because of what a program printed: a model that fails is rebuilt, the event is
 * reported through {@link TerminalBackendOptions.onFault}, and the session goes on.
 */
export interface TerminalBackend {
  /** Feeds PTY output, cut anywhere. Never throws. The bytes are not kept by reference. */
  consume(bytes: Uint8Array): void;
  /**
   * Line feeds of plain text that push everything out of screen and scrollback, wherever the cursor
   * is; undefined while plain text might do anything else (alternate screen, margins, half a
   * sequence).
   */
  skipDistance(): number | undefined;
  /**
   * Changes the size of both screens. Sizes are clamped to 1…1000 rows and 1…2000 columns.
   * @param pixels of the whole text; 0 or none where they are not known.
   */
  resize(rows: number, cols: number, pixels?: Pixels): void;
  /** Bytes that bring a freshly reset terminal of this size to the present state. */
  snapshot(): Uint8Array;
  /**
   * As {@link snapshot}, with at most this many lines from above the screen (a wrapped line counts
   * once), in pieces that are made one by one, each in a few milliseconds.
   */
  openCapture(scrollbackLines: number): SnapshotPieces;
  /**
   * Bytes that show other text in the place of a line that was typed and taken just now; empty when
   * it does not stand right above the cursor.
   */
  replaceTyped(typed: string, shown: string): Uint8Array;
  /** Notes that the output of a run command begins at the cursor. */
  markRun(): void;
  /** The text of the cursor's row, with NUL where the cursor stands. */
  cursorRow(): string;
  /** Notes that a prompt ends at the cursor: what is typed stands behind it. */
  markInput(): void;
  /** Whether the cursor is right behind that prompt, and nothing is typed there. */
  isInputEmpty(): boolean;
  /** Whether a program has asked for pastes in brackets (mode 2004), as line editors do. */
  bracketsPastes(): boolean;
  /**
   * Whether a program has asked to be told of the focus (mode 1004): a number that is another one
   * each time one asks anew, undefined when none does.
   */
  focusRequest(): number | undefined;
  /** The visible screen as styled lines, joined by CR LF, trailing blanks and empty lines left out. */
  preview(): Uint8Array;
  /** The part of the screen that a terminal of another size shows; undefined when that has failed. */
  view(port: ViewPort): ViewFrame | undefined;
  /** Whether the alternate screen is shown. */
  inAltScreen(): boolean;
  /** Holds what has left the screen in less memory, at the price of some time now. */
  pack(): void;
  /** Releases the model. Idempotent; every other call afterwards does nothing. */
  close(): void;
}

/** A terminal's size in pixels. */
export interface Pixels {
  xPixels: number;
  yPixels: number;
}

export interface TerminalBackendOptions {
  rows: number;
  cols: number;
  /** Lines kept above the screen. Default 10 000. */
  scrollbackLines?: number;
  /**
   * Where answers to queries (device attributes, cursor reports, colours, …) go. Called during
   * `consume`. The daemon drops them while a client's own terminal answers.
   */
  onReply?(bytes: Uint8Array): void;
  /** A question, by its name in `replies.ts`, that only a client's terminal can answer. */
  onUnanswered?(question: string): void;
  /** A program has called its user: BEL, or a notification (OSC 9, OSC 777). */
  onNotification?(): void;
  /** A failure inside the model that has been survived, in one line for the log. */
  onFault?(message: string): void;
}

/** The name under which the backend of this program is reported. */
export function restoreBackendName(): string {
  return "xterm-headless";
}
