/** Bytes that bring a freshly reset terminal of this size to a state, in pieces made on demand. */
export interface SnapshotPieces {
  rows: number;
  cols: number;
  byteLength: number;
  /**
   * Row, counted from the first one captured, at which the output of the last run command begins;
   * undefined when none was marked.
   */
  runRow: number | undefined;
  /** May be read later, and repeatedly: they show the state at the moment of the call. */
  pieces: Iterable<Uint8Array>;
}

/** The part of a screen that a smaller terminal shows: its size and its last position. */
export interface ViewPort {
  rows: number;
  cols: number;
  /** First row and column of the screen that it shows. */
  top: number;
  left: number;
}

/** A terminal's screen as a terminal of another size shows it. */
export interface ViewFrame {
  top: number;
  left: number;
  /** Bytes that draw each row of the view, from its first column on, with the default pen. */
  lines: readonly string[];
  /** Bytes that set key modes and colours; empty where they are as after a reset. */
  settings: readonly string[];
  /** In the view, from 0. */
  cursor: { row: number; col: number; isVisible: boolean };
}

/**
 * Follows a program's output and can bring a newly attached terminal to the same state.
 *
 * No output of a program makes it throw: a model that fails is rebuilt, the failure is reported through
 * {@link TerminalBackendOptions.onFault}, and the session continues.
 */
export interface TerminalBackend {
  /** Feeds PTY output, cut anywhere. Never throws. The bytes are not kept by reference. */
  consume(bytes: Uint8Array): void;
  /**
   * The number of line feeds of plain text that push everything out of screen and scrollback, wherever
   * the cursor is; undefined while plain text might do anything else (alternate screen, margins, half
   * a sequence).
   */
  skipDistance(): number | undefined;
  /**
   * Changes the size of both screens. Sizes are clamped to 1…1000 rows and 1…2000 columns.
   * @param pixels of the whole text area; 0 or none where unknown.
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
   * Bytes that replace a typed line which was accepted just now with other text; empty when that line
   * is not right above the cursor.
   */
  replaceTyped(typed: string, shown: string): Uint8Array;
  /** Records that the output of a run command begins at the cursor. */
  markRun(): void;
  /** The text of the cursor's row, with NUL at the cursor. */
  cursorRow(): string;
  /** Records that a prompt ends at the cursor: typed text follows it. */
  markInput(): void;
  /** Whether the cursor is right after that prompt, with nothing typed. */
  isInputEmpty(): boolean;
  /** Whether a program has asked for pastes in brackets (mode 2004), as line editors do. */
  bracketsPastes(): boolean;
  /**
   * A number that changes with each new request for focus reports (mode 1004); undefined while no
   * program wants them.
   */
  focusRequest(): number | undefined;
  /** The visible screen as styled lines joined by CR LF, without trailing blanks and empty lines. */
  preview(): Uint8Array;
  /** The part of the screen that a terminal of another size shows; undefined on failure. */
  view(port: ViewPort): ViewFrame | undefined;
  /** Whether the alternate screen is shown. */
  inAltScreen(): boolean;
  /** Compresses the lines above the screen, which takes some time now. */
  pack(): void;
  /** Releases the model. Idempotent; later calls do nothing. */
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
   * Receives answers to queries (device attributes, cursor reports, colours, …) during `consume`. The
   * daemon drops them while a client's own terminal answers.
   */
  onReply?(bytes: Uint8Array): void;
  /** A query, by its name in `replies.ts`, that only a client's terminal can answer. */
  onUnanswered?(question: string): void;
  /** A program wants the user's attention: BEL, or a notification (OSC 9, OSC 777). */
  onNotification?(): void;
  /** The model failed and was rebuilt; one line for the log. */
  onFault?(message: string): void;
}

/** The name under which the backend of this program is reported. */
export function restoreBackendName(): string {
  return "xterm-headless";
}
