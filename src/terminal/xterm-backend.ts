import { describeError } from "../base/errors.ts";
import type {
  Pixels,
  SnapshotPieces,
  TerminalBackend,
  TerminalBackendOptions,
  ViewFrame,
  ViewPort,
} from "./backend.ts";
import { writePreview } from "./snapshot/preview.ts";
import { skipDistance } from "./xterm/skip-distance.ts";
import { resizeTerminal } from "./resize/resize-terminal.ts";
import { captureState } from "./snapshot/snapshot.ts";
import { createModel } from "./terminal-model.ts";
import { replaceTypedLine } from "./snapshot/typed-line.ts";
import { NO_PIXELS, type TerminalState } from "./terminal-state.ts";
import { drawView } from "./snapshot/view-frame.ts";
import { lineAt } from "./xterm/xterm-core.ts";

const DEFAULT_SCROLLBACK_LINES = 10_000;
const MAX_ROWS = 1000;
const MAX_COLS = 2000;
/** A failure loses at most this much output besides the model. */
const PIECE_BYTES = 64 << 10;
/** xterm cannot be narrower. */
const MIN_COLS = 2;
/** Bytes of history per line: nearly all lines take less. */
const ARCHIVE_BYTES_PER_LINE = 2048;
const MIN_ARCHIVE_BYTES = 1 << 20;
const MAX_ARCHIVE_BYTES = 64 << 20;
const EMPTY = new Uint8Array(0);

/** @throws Error when @xterm/headless is not the version that this was written for. */
export function createTerminalBackend(options: TerminalBackendOptions): TerminalBackend {
  return new XtermBackend(options);
}

class XtermBackend implements TerminalBackend {
  #state: TerminalState | undefined;
  #rows: number;
  #cols: number;
  #pixels = NO_PIXELS;

  readonly #options: TerminalBackendOptions;

  constructor(options: TerminalBackendOptions) {
    this.#options = options;
    this.#rows = clamp(options.rows, 1, MAX_ROWS);
    this.#cols = clamp(options.cols, 1, MAX_COLS);
    this.#state = this.#build();
  }

  consume(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
      this.#consumePiece(bytes.subarray(start, start + PIECE_BYTES));
    }
  }

  skipDistance(): number | undefined {
    return this.#guard("skip", undefined, skipDistance);
  }

  resize(rows: number, cols: number, pixels: Pixels = NO_PIXELS): void {
    this.#rows = clamp(rows, 1, MAX_ROWS);
    this.#cols = clamp(cols, 1, MAX_COLS);
    this.#pixels = pixels;
    this.#guard("resize", undefined, (state) => {
      state.pixels = pixels;
      resizeTerminal(state, this.#rows, Math.max(this.#cols, MIN_COLS));
    });
  }

  snapshot(): Uint8Array {
    return Buffer.concat([...this.openCapture(Number.POSITIVE_INFINITY).pieces]);
  }

  openCapture(scrollbackLines: number): SnapshotPieces {
    const rows = this.#rows;
    const cols = this.#cols;
    const empty = { rows, cols, byteLength: 0, runRow: undefined, pieces: [] };
    return this.#guard("capture", empty, (state) => captureState(state, scrollbackLines));
  }

  replaceTyped(typed: string, shown: string): Uint8Array {
    return this.#guard("typed line", EMPTY, (state) => {
      return new TextEncoder().encode(replaceTypedLine(state, typed, shown) ?? "");
    });
  }

  markRun(): void {
    this.#guard("run", undefined, (state) => state.runMark.set());
  }

  cursorRow(): string {
    return this.#guard("cursor row", "", ({ buffer, core }) => {
      const line = lineAt(buffer, buffer.ybase + buffer.y);
      const cells = Array.from({ length: core.cols }, (_, x) => line.getString(x) || " ");
      return `${cells.slice(0, buffer.x).join("")}\0${cells.slice(buffer.x).join("").trimEnd()}`;
    });
  }

  markInput(): void {
    this.#guard("prompt", undefined, (state) => state.marks.setInput());
  }

  isInputEmpty(): boolean {
    return this.#guard("prompt", false, (state) => state.marks.isInputEmpty());
  }

  bracketsPastes(): boolean {
    return this.#guard(
      "paste mode",
      false,
      ({ core }) => core.coreService.decPrivateModes.bracketedPasteMode,
    );
  }

  focusRequest(): number | undefined {
    return this.#guard("focus mode", undefined, (state) =>
      state.core.coreService.decPrivateModes.sendFocus ? state.focusRequests : undefined,
    );
  }

  preview(): Uint8Array {
    return this.#guard("preview", EMPTY, writePreview);
  }

  view(port: ViewPort): ViewFrame | undefined {
    return this.#guard("view", undefined, (state) => drawView(state, port));
  }

  inAltScreen(): boolean {
    return this.#guard("screen", false, (state) => state.isAlt);
  }

  pack(): void {
    this.#guard("packing", undefined, ({ history }) => history.archive.pack());
  }

  close(): void {
    this.#state?.core.dispose();
    this.#state = undefined;
  }

  #consumePiece(piece: Uint8Array): void {
    this.#guard("output", undefined, (state) => state.parse(piece));
  }

  /** When the model fails, the session continues with a new one. */
  #guard<T>(what: string, fallback: T, work: (state: TerminalState) => T): T {
    if (this.#state === undefined) return fallback;
    try {
      return work(this.#state);
    } catch (error) {
      this.#state = this.#build();
      this.#options.onFault?.(`terminal model rebuilt after ${what}: ${describeError(error)}`);
      return fallback;
    }
  }

  #build(): TerminalState {
    const encoder = new TextEncoder();
    const scrollbackLines = this.#options.scrollbackLines ?? DEFAULT_SCROLLBACK_LINES;
    const archiveBytes = scrollbackLines * ARCHIVE_BYTES_PER_LINE;
    const state = createModel({
      rows: this.#rows,
      cols: Math.max(this.#cols, MIN_COLS),
      scrollbackLines,
      archiveBytes: Math.min(MAX_ARCHIVE_BYTES, Math.max(MIN_ARCHIVE_BYTES, archiveBytes)),
      reply: (text) => this.#options.onReply?.(encoder.encode(text)),
      leaveUnanswered: (question) => this.#options.onUnanswered?.(question),
      onNotification: () => this.#options.onNotification?.(),
    });
    state.pixels = this.#pixels;
    return state;
  }
}

function clamp(value: number, min: number, max: number): number {
  return Number.isFinite(value) ? Math.min(max, Math.max(min, Math.trunc(value))) : min;
}
