import { keepAlternateRows } from "./xterm/alternate-rows.ts";
import { LineHistory, MODEL_ROWS } from "./archive/line-history.ts";
import type { Pixels } from "./backend.ts";
import { ExtraModes } from "./state/extra-modes.ts";
import { HyperlinkMap } from "./state/hyperlinks.ts";
import { KittyStack, ModifyKeys } from "./state/keyboard.ts";
import { Palette } from "./state/palette.ts";
import { PartialInput } from "./xterm/partial-input.ts";
import { PlainReader } from "./xterm/plain-reader.ts";
import { Printer } from "./xterm/print.ts";
import { PromptMarks } from "./state/prompt-marks.ts";
import { fixReflow } from "./xterm/reflow-fix.ts";
import { HiddenRows } from "./resize/hidden-rows.ts";
import { RunMark } from "./state/run-mark.ts";
import { SavedCursors } from "./xterm/saved-cursor.ts";
import { SideMargins } from "./state/side-margins.ts";
import { Titles } from "./state/titles.ts";
import { Utf8Decoder } from "./xterm/utf8-decoder.ts";
import { lineAt, openCore, type ScreenBuffer, type XtermCore } from "./xterm/xterm-core.ts";

export interface StateOptions {
  rows: number;
  cols: number;
  /** Lines above the screen. */
  scrollbackLines: number;
  /** Bytes of the archive; unbounded without. */
  archiveBytes?: number;
  /** Rows of the model above the screen; some {@link MODEL_ROWS} without. */
  modelRows?: number;
  reply(text: string): void;
  /** A question has been asked, by a name of `replies.ts`, that has no answer here. */
  leaveUnanswered?(question: string): void;
  onNotification?(): void;
}

/** Output is decoded so much at a time. */
const PIECE_BYTES = 16 << 10;
const LF = 0x0a;

/** Shared by all models: each is read from before anything else is decoded. */
const codePoints = new Uint32Array(PIECE_BYTES + 1);

/** xterm's core together with the state that xterm does not hold. */
export class TerminalState {
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
  /** What a smaller size has hidden of the normal screen. */
  readonly hidden = new HiddenRows();
  readonly decoder = new Utf8Decoder();
  readonly partial: PartialInput;
  private readonly plain = new PlainReader(this);
  /** Payload of the last OSC 7: the working directory as a file: address. */
  cwd = "";
  /** Whether a program has set or cleared a tab stop since the last reset. */
  hasChangedTabs = false;
  /** Pixels of the whole text. */
  pixels = NO_PIXELS;
  /** How often a program has begun to ask for focus reports. */
  focusRequests = 0;
  readonly printer: Printer;
  readonly reply: (text: string) => void;
  readonly leaveUnanswered: (question: string) => void;

  constructor(options: StateOptions) {
    const { rows, cols, scrollbackLines, archiveBytes, modelRows } = options;
    const scrollback = Math.min(modelRows ?? MODEL_ROWS, scrollbackLines);
    this.core = openCore({ rows, cols, scrollback });
    fixReflow(lineAt(this.buffer, 0));
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

  /** Reads output, which goes on where the last one ended. */
  parse(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      at = this.plain.read(bytes, at);
      if (at === bytes.length) break;
      // The rest of a line at a time: what comes behind it may be plain again.
      const line = bytes.indexOf(LF, at);
      const end = Math.min(line === -1 ? bytes.length : line + 1, at + PIECE_BYTES);
      this.parsePiece(bytes.subarray(at, end));
      at = end;
    }
  }

  private parsePiece(piece: Uint8Array): void {
    const begun = this.decoder.pending;
    const size = this.decoder.decode(piece, codePoints);
    this.core._inputHandler._parser.parse(codePoints, size);
    this.partial.follow(begun, piece);
  }

  /** Forgets, on RIS, what is kept here and not by xterm. Titles and directory outlive a reset. */
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

  /** The size report of mode 2048: characters, then pixels, which are 0 where they are not known. */
  reportSize(): void {
    const { rows, cols } = this.core;
    const { xPixels, yPixels } = this.pixels;
    this.reply(`\x1b[48;${rows};${cols};${yPixels};${xPixels}t`);
  }
}

/** Nobody draws the model: it only knows pixels that it is told. */
export const NO_PIXELS: Pixels = { xPixels: 0, yPixels: 0 };
