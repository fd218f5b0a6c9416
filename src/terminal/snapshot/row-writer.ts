import type { ByteWriter } from "./byte-writer.ts";
import { cellPen, isStyledBlank } from "../xterm/cell-pen.ts";
import { PenTracker } from "./pen-tracker.ts";
import type { PromptMark } from "../state/prompt-marks.ts";
import type { TerminalState } from "../terminal-state.ts";
import { mayJoinLeft } from "../xterm/unicode-width.ts";
import { COLOR, CONTENT } from "../xterm/cell-bits.ts";
import { CellText } from "./cell-text.ts";
import { isUsed } from "../resize/used-rows.ts";
import { isLeftByWideCharacter } from "../xterm/wide-blank.ts";
import { lineAt, type Line, type ScreenBuffer } from "../xterm/xterm-core.ts";

/** A cell that was never written to. */
const BLANK = 1 << CONTENT.widthShift;
/** Marks an unknown background of unwritten cells. */
const UNKNOWN_FILL = -1;

/**
 * Writes lines so that a terminal with a cleared screen and the cursor at home ends up with the same
 * lines: wrapped lines by letting the terminal wrap, others with CR LF, so that those that do not fit
 * on the screen become its scrollback.
 */
export class RowWriter {
  readonly pen: PenTracker;
  #line: Line;
  #isContinuation = false;
  /** The reading terminal's cursor column; equals the number of columns while a wrap is pending. */
  #cursor = 0;
  #fill = 0;
  #marks: readonly PromptMark[] = [];
  #markIndex = 0;
  #sizeAfterText = -1;
  readonly #text: CellText;

  readonly #out: ByteWriter;
  readonly #state: TerminalState;

  constructor(out: ByteWriter, state: TerminalState) {
    this.#out = out;
    this.#state = state;
    this.pen = new PenTracker(out, state.links);
    this.#text = new CellText(out, this.pen);
    this.#line = lineAt(state.buffer, 0);
  }

  /**
   * @param first the row to begin with: one above the screen, or the screen's first.
   * @param above what the terminal shows above that row: nothing; lines, with the cursor in the last one;
   * or the beginning of the row's line, which has filled its rows.
   */
  writeScreen(
    buffer: ScreenBuffer,
    first = 0,
    above: "nothing" | "lines" | "its-line" = "nothing",
  ): void {
    const { rows } = this.#state.core;
    const isFull = buffer.ybase > 0 || above !== "nothing";
    const last = isFull ? buffer.ybase + rows - 1 : this.#lastUsedLine(buffer, rows);
    this.#cursor = 0;
    this.#fill = 0;
    for (let y = first; y <= last; y++) {
      const line = lineAt(buffer, y);
      this.#isContinuation = (y > first || above === "its-line") && line.isWrapped;
      this.#marks = this.#state.marks.of(line);
      this.#markIndex = 0;
      if (this.#isContinuation) this.#wrapInto(line, above !== "nothing" || y - first >= rows);
      else if (y > first || above !== "nothing") this.#startLine();
      this.#line = line;
      const next = y < last ? lineAt(buffer, y + 1) : undefined;
      this.#writeCells(next?.isWrapped === true ? next : undefined);
    }
  }

  /** Whether this line's text up to the column was written last. */
  endsWithText(line: Line | undefined, x: number): boolean {
    const isThere = this.#line === line && this.#cursor === x && !this.#text.isColumnDisputed;
    return isThere && this.#sizeAfterText === this.#out.size;
  }

  /** Leaves the terminal with a wrap pending at the end of a line of the screen. */
  reprintLastCell(line: Line, row: number): void {
    const at =
      this.#cols > 1 && line.getWidth(this.#cols - 1) === 0 ? this.#cols - 2 : this.#cols - 1;
    this.#out.ascii(`\x1b[${row + 1};${at + 1}H`);
    this.pen.set(cellPen(line, at));
    this.#out.text(line.getString(at) || " ");
  }

  #lastUsedLine(buffer: ScreenBuffer, rows: number): number {
    for (let y = rows - 1; y > 0; y--) {
      const line = lineAt(buffer, y);
      if (isUsed(line, this.#state.marks.of(line))) return y;
    }
    return 0;
  }

  get #cols(): number {
    return this.#state.core.cols;
  }

  #startLine(): void {
    // A line feed at the bottom fills the new line with the current background.
    this.pen.setBackground(0);
    this.#out.ascii("\r\n");
    this.#cursor = 0;
    this.#text.interrupt();
    this.#fill = 0;
  }

  /** Prints the first cell of a line that continues the one before, which makes the terminal wrap. */
  #wrapInto(line: Line, scrolls: boolean): void {
    this.#line = line;
    const isBlank = this.#isPlainBlank(0);
    if (isBlank) this.pen.setBackground(this.#backgroundAt(0));
    else this.pen.set(cellPen(line, 0));
    if (mayJoinLeft(line.getString(0))) this.pen.repeat();
    this.#text.interrupt();
    this.#printCell(0);
    const hasColor = (this.pen.background & COLOR.mask) !== 0;
    this.#fill = scrolls && hasColor ? UNKNOWN_FILL : 0;
    if (!isBlank) return;
    this.#out.ascii("\r\x1b[X");
    this.#cursor = 0;
    this.#text.interrupt();
  }

  /** Writes the line from the cursor on. With `next` the line must end in a pending wrap. */
  #writeCells(next: Line | undefined): void {
    const cols = this.#cols;
    const isNatural = next !== undefined && isLeftByWideCharacter(this.#line, next, cols);
    const end = isNatural ? cols - 1 : next === undefined ? this.#endOfUse() : cols;
    let x = this.#isContinuation ? this.#firstUnwritten() : 0;
    // Without a pending wrap at the end, moving back for a mark does no harm.
    if (x > 0 && (x < end || next === undefined)) this.#writeMarks(x - 1);
    while (x < end) {
      this.#writeMarks(this.#lastColumnOfCell(x));
      if (!this.#isPlainBlank(x)) {
        x = this.#writeText(x, end);
        continue;
      }
      const stop = this.#endOfBlanks(x, end);
      const background = this.#backgroundAt(x);
      if (stop === cols && next !== undefined) {
        this.#erase(x, cols - 1, background, false);
        // A space, because only printing makes a terminal wrap.
        this.#moveTo(cols - 1);
        this.pen.set({ fg: 0, bg: background, ext: 0, linkId: 0 });
        this.#out.ascii(" ");
        this.#text.interrupt();
        this.#cursor = cols;
        return;
      }
      this.#erase(x, stop, background, stop === cols);
      x = stop;
    }
    if (!isNatural) return;
    this.#writeMarks(cols - 1);
    this.#moveTo(cols - 1);
  }

  /** Start of the untouched cells at the line's end, which the reading terminal already has. */
  #endOfUse(): number {
    let x = this.#cols;
    if (this.#fill !== 0 || this.#marks.length > 0) return x;
    const { _data } = this.#line;
    while (x > 0 && _data[x * 3 - 3] === BLANK && _data[x * 3 - 2] === 0 && _data[x * 3 - 1] === 0)
      x--;
    return x;
  }

  #firstUnwritten(): number {
    return this.#isPlainBlank(0) ? 0 : Math.max(1, this.#line.getWidth(0));
  }

  #lastColumnOfCell(x: number): number {
    return this.#line.getWidth(x) === 2 ? x + 1 : x;
  }

  #isPlainBlank(x: number): boolean {
    const offset = x * 3;
    const { _data } = this.#line;
    return ((_data[offset] ?? 0) & CONTENT.hasContent) === 0 && !isStyledBlank(this.#line, x);
  }

  #backgroundAt(x: number): number {
    return (this.#line._data[x * 3 + 2] ?? 0) & COLOR.mask;
  }

  #endOfBlanks(from: number, end: number): number {
    const background = this.#backgroundAt(from);
    const mark = this.#marks[this.#markIndex]?.x ?? end;
    const stop = Math.max(from + 1, Math.min(end, mark));
    let x = from + 1;
    while (x < stop && this.#isPlainBlank(x) && this.#backgroundAt(x) === background) x++;
    return x;
  }

  #erase(from: number, to: number, background: number, toEnd: boolean): void {
    if (from >= to || background === this.#fill) return;
    this.#moveTo(from);
    this.pen.setBackground(background);
    // In some terminals EL at the start of a line makes it no longer a continuation.
    if (toEnd && !(from === 0 && this.#isContinuation)) this.#out.ascii("\x1b[K");
    else this.#out.ascii(to - from === 1 ? "\x1b[X" : `\x1b[${to - from}X`);
  }

  #moveTo(x: number): void {
    const distance = x - this.#cursor;
    // After a cluster of disputed width, only an absolute column is reliable.
    const { isColumnDisputed } = this.#text;
    if (distance === 0 && !isColumnDisputed) return;
    if (distance < 0 || isColumnDisputed) this.#out.ascii(`\x1b[${x + 1}G`);
    else this.#out.ascii(distance === 1 ? "\x1b[C" : `\x1b[${distance}C`);
    this.#cursor = x;
    this.#text.interrupt();
  }

  #writeMarks(x: number): void {
    const marks = this.#marks;
    let mark = marks[this.#markIndex];
    while (mark !== undefined && mark.x <= x) {
      this.#moveTo(mark.x);
      this.#out.text(`\x1b]133;${mark.payload}\x1b\\`);
      mark = marks[++this.#markIndex];
    }
  }

  /** Writes non-blank cells of the same style; returns where they end. */
  #writeText(from: number, end: number): number {
    this.#moveTo(from);
    const mark = this.#marks[this.#markIndex]?.x ?? end;
    const stop = Math.max(from + 1, Math.min(end, mark));
    this.#cursor = this.#text.writeRun(this.#line, from, stop);
    this.#sizeAfterText = this.#out.size;
    return this.#cursor;
  }

  #printCell(x: number): void {
    this.#text.writeCell(this.#line, x);
    this.#cursor = x + Math.max(1, this.#line.getWidth(x));
  }
}
