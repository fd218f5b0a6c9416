import { installCursorHandlers } from "./handlers/cursor-handlers.ts";
import { installModeHandlers } from "./handlers/mode-handlers.ts";
import { installNotifications } from "./handlers/notifications.ts";
import { installQueries } from "./handlers/queries.ts";
import { installScreenHandlers } from "./handlers/screen-handlers.ts";
import { installScrolling } from "./xterm/scrolling.ts";
import { installStringHandlers } from "./handlers/osc-handlers.ts";
import { NO_PIXELS, type TerminalState } from "./terminal-state.ts";
import { keepAlternateRows } from "./xterm/alternate-rows.ts";
import { LineHistory, MODEL_ROWS } from "./archive/line-history.ts";
import { ExtraModes } from "./state/extra-modes.ts";
import { HyperlinkMap } from "./state/hyperlinks.ts";
import { KittyStack, ModifyKeys } from "./state/keyboard.ts";
import { Palette } from "./state/palette.ts";
import { PartialInput } from "./xterm/partial-input.ts";
import { PlainReader } from "./xterm/plain-reader.ts";
import { Printer } from "./xterm/print.ts";
import { PromptMarks } from "./state/prompt-marks.ts";
import { replaceCopyCells } from "./xterm/copy-cells.ts";
import { HiddenRows } from "./resize/hidden-rows.ts";
import { RunMark } from "./state/run-mark.ts";
import { SavedCursors } from "./xterm/saved-cursor.ts";
import { SideMargins } from "./state/side-margins.ts";
import { Titles } from "./state/titles.ts";
import { Utf8Decoder } from "./xterm/utf8-decoder.ts";
import { lineAt, openCore, type ScreenBuffer, type XtermCore } from "./xterm/xterm-core.ts";

interface StateOptions {
  rows: number;
  cols: number;
  /** Lines above the screen. */
  scrollbackLines: number;
  /** Bytes of the archive; unbounded without. */
  archiveBytes?: number;
  /** Rows of the model above the screen; some {@link MODEL_ROWS} without. */
  modelRows?: number;
  reply(text: string): void;
  /** A query, by its name in `replies.ts`, has no answer here. */
  leaveUnanswered?(question: string): void;
  onNotification?(): void;
}

/** Output is decoded in pieces of this size. */
const PIECE_BYTES = 16 << 10;
const LF = 0x0a;

/** Shared by all models: it is read before the next piece is decoded. */
const codePoints = new Uint32Array(PIECE_BYTES + 1);

/** A terminal state with all its handlers in place. */
export function createModel(options: StateOptions): TerminalState {
  const state = new TerminalModel(options);
  installScrolling(state);
  installScreenHandlers(state);
  installModeHandlers(state);
  installCursorHandlers(state);
  installStringHandlers(state);
  installQueries(state);
  installNotifications(state, () => options.onNotification?.());
  return state;
}

/** The state, and the reading of output into it. */
class TerminalModel implements TerminalState {
  readonly core: XtermCore;
  readonly history: LineHistory;
  readonly links: HyperlinkMap;
  readonly marks: PromptMarks;
  readonly palette: Palette;
  readonly runMark: RunMark;
  readonly saved: SavedCursors;
  readonly modes = new ExtraModes();
  readonly titles = new Titles();
  readonly modifyKeys = new ModifyKeys();
  readonly kitty = { normal: new KittyStack(), alt: new KittyStack() };
  readonly sideMargins: SideMargins;
  readonly hidden = new HiddenRows();
  readonly decoder = new Utf8Decoder();
  readonly partial: PartialInput;
  readonly #plain = new PlainReader(this);
  cwd = "";
  hasChangedTabs = false;
  pixels = NO_PIXELS;
  focusRequests = 0;
  readonly printer: Printer;
  readonly reply: (text: string) => void;
  readonly leaveUnanswered: (question: string) => void;

  constructor(options: StateOptions) {
    const { rows, cols, scrollbackLines, archiveBytes, modelRows } = options;
    const scrollback = Math.min(modelRows ?? MODEL_ROWS, scrollbackLines);
    this.core = openCore({ rows, cols, scrollback });
    replaceCopyCells(lineAt(this.buffer, 0));
    keepAlternateRows(this.core);
    this.reply = options.reply;
    this.leaveUnanswered = (question) => options.leaveUnanswered?.(question);
    this.links = new HyperlinkMap(this.core);
    this.marks = new PromptMarks(this.core);
    this.runMark = new RunMark(this.core);
    this.history = new LineHistory(
      {
        maxLines: scrollbackLines,
        maxBytes: archiveBytes ?? Number.POSITIVE_INFINITY,
        maxRows: modelRows,
      },
      this,
    );
    this.normal.lines.maxLength = rows + this.history.rowsFor(cols);
    this.palette = new Palette(options.reply, this.leaveUnanswered);
    this.saved = new SavedCursors(this.core);
    this.sideMargins = new SideMargins(this.core);
    this.printer = new Printer(this);
    this.partial = new PartialInput(this.core._inputHandler._parser, this.decoder);
  }

  get buffer(): ScreenBuffer {
    return this.core._inputHandler._activeBuffer;
  }

  get normal(): ScreenBuffer {
    return this.core._bufferService.buffers.normal;
  }

  get isAlt(): boolean {
    return this.buffer === this.core._bufferService.buffers.alt;
  }

  get kittyFlags(): KittyStack {
    return this.isAlt ? this.kitty.alt : this.kitty.normal;
  }

  parse(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      at = this.#plain.read(bytes, at);
      if (at === bytes.length) break;
      // Only to the end of the line: the next one may be plain again.
      const line = bytes.indexOf(LF, at);
      const end = Math.min(line === -1 ? bytes.length : line + 1, at + PIECE_BYTES);
      this.#parsePiece(bytes.subarray(at, end));
      at = end;
    }
  }

  #parsePiece(piece: Uint8Array): void {
    const begun = this.decoder.pending;
    const size = this.decoder.decode(piece, codePoints);
    this.core._inputHandler._parser.parse(codePoints, size);
    this.partial.follow(begun, piece);
  }

  forget(): void {
    this.saved.forgetAll();
    this.modes.reset();
    this.modifyKeys.reset();
    this.palette.reset();
    this.kitty.normal.reset();
    this.kitty.alt.reset();
    this.sideMargins.reset();
    this.hidden.clear();
  }

  reportSize(): void {
    const { rows, cols } = this.core;
    const { xPixels, yPixels } = this.pixels;
    this.reply(`\x1b[48;${rows};${cols};${yPixels};${xPixels}t`);
  }
}
