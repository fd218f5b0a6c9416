/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import type { Pixels } from "./backend.ts";
import { ExtraModes } from "./extra-modes.ts";
import { HyperlinkMap } from "./hyperlinks.ts";
import { KittyStack, ModifyKeys } from "./keyboard.ts";
import { Palette } from "./palette.ts";
import { Printer } from "./print.ts";
import { PromptMarks } from "./prompt-marks.ts";
import { fixReflow } from "./reflow-fix.ts";
import { RunMark } from "./run-mark.ts";
import { SavedCursors } from "./saved-cursor.ts";
import { Titles } from "./titles.ts";
import { lineAt, openCore, type ScreenBuffer, type XtermCore } from "./xterm-core.ts";

export interface StateOptions {
  rows: number;
  cols: number;
  scrollbackLines: number;
  reply(text: string): void;
  /** A question has been asked, by a name of `replies.ts`, that has no answer here. */
  leaveUnanswered?(question: string): void;
  onNotification?(): void;
}

/** xterm's core together with the state that xterm does not hold. */
export class TerminalState {
  readonly core: XtermCore;
  readonly links: HyperlinkMap;
  readonly marks: PromptMarks;
  readonly palette: Palette;
  readonly runMark: RunMark;
  readonly saved: SavedCursors;
  readonly modes = new ExtraModes();
  readonly titles = new Titles();
  readonly modifyKeys = new ModifyKeys();
  readonly kitty = { normal: new KittyStack(), alt: new KittyStack() };
  /** Payload of the last OSC 7: the working directory as a file: address. */
  cwd = "";
  /** Whether a program has set or cleared a tab stop since the last reset. */
  hasChangedTabs = false;
  /** Pixels of the whole text. */
  pixels = NO_PIXELS;
  readonly printer: Printer;
  readonly reply: (text: string) => void;
  readonly leaveUnanswered: (question: string) => void;

  constructor(options: StateOptions) {
    const { rows, cols, scrollbackLines } = options;
    this.core = openCore({ rows, cols, scrollback: scrollbackLines });
    fixReflow(lineAt(this.buffer, 0));
    this.reply = options.reply;
    this.leaveUnanswered = (question) => options.leaveUnanswered?.(question);
    this.links = new HyperlinkMap(this.core);
    this.marks = new PromptMarks(this.core);
    this.runMark = new RunMark(this.core);
    this.palette = new Palette(options.reply, this.leaveUnanswered);
    this.saved = new SavedCursors(this.core);
    this.printer = new Printer(this.core);
  }

  get buffer(): ScreenBuffer {
    return this.core._inputHandler._activeBuffer;
  }

  get isAlt(): boolean {
    return this.buffer === this.core._bufferService.buffers.alt;
  }

  get kittyFlags(): KittyStack {
    return this.isAlt ? this.kitty.alt : this.kitty.normal;
  }

  /** Forgets, on RIS, what is kept here and not by xterm. Titles and directory outlive a reset. */
  forget(): void {
    this.saved.forgetAll();
    this.modes.reset();
    this.modifyKeys.reset();
    this.palette.reset();
    this.kitty.normal.reset();
    this.kitty.alt.reset();
  }

  resize(rows: number, cols: number): void {
    const { normal, alt } = this.core._bufferService.buffers;
    const before = { x: normal.x, y: normal.y };
    this.core.resize(cols, rows);
    // The cursor may have moved away from what was printed last.
    this.core._inputHandler._parser.precedingJoinState = 0;
    trimToRows(alt, rows);
    trimLines(normal, cols);
    trimLines(alt, cols);
    this.marks.moveInside(normal, cols);
    dropHiddenTabs(normal, cols);
    dropHiddenTabs(alt, cols);
    this.saved.handleResize(before);
    if (this.modes.get(2048) === true) this.reportSize();
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

/** Lines that are not reflowed keep columns beyond the margin, and halves of wide characters at it. */
function trimLines(buffer: ScreenBuffer, cols: number): void {
  const blank = buffer.getNullCell();
  for (let y = 0; y < buffer.lines.length; y++) {
    const line = buffer.lines.get(y);
    if (line === undefined) continue;
    if (line.length > cols) line.resize(cols, blank);
    if (line.getWidth(cols - 1) === 2) line.replaceCells(cols - 1, cols, blank);
  }
}

/** xterm leaves the empty alternate buffer its former size, and so a scrollback when that was larger. */
function trimToRows(alt: ScreenBuffer, rows: number): void {
  const excess = alt.lines.length - rows;
  if (excess > 0) {
    alt.lines.trimStart(excess);
    alt.ybase = Math.max(0, alt.ybase - excess);
    alt.ydisp = alt.ybase;
  }
  if (alt.lines.maxLength !== rows) alt.lines.maxLength = rows;
}

function dropHiddenTabs(buffer: ScreenBuffer, cols: number): void {
  for (const x of Object.keys(buffer.tabs)) {
    if (Number(x) >= cols) delete buffer.tabs[Number(x)];
  }
}
