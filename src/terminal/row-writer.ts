/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import type { ByteWriter } from "./byte-writer.ts";
import { cellPen, isSamePen, isStyledBlank, type CellPen } from "./cell-pen.ts";
import { PenTracker } from "./pen-tracker.ts";
import type { PromptMark } from "./prompt-marks.ts";
import type { TerminalState } from "./terminal-state.ts";
import { joinClassOf, mayJoinLeft, widthOfClass, wouldJoin } from "./unicode-width.ts";
import { COLOR, CONTENT } from "./cell-bits.ts";
import { lineAt, type Line, type ScreenBuffer } from "./xterm-core.ts";

/** A cell that was never written to. */
const BLANK = 1 << CONTENT.widthShift;
/** The background of cells that nothing has been written to is not known. */
const UNKNOWN_FILL = -1;

/**
 * Writes lines so that a terminal with a cleared screen and the cursor at home ends up with the same
 * lines: wrapped lines by letting the terminal wrap, others with CR LF, so that those that do not fit
 * on the screen become its scrollback.
 */
export class RowWriter {
  readonly pen: PenTracker;
  private line: Line;
  private isContinuation = false;
  /** Where the reading terminal's cursor is; equal to the number of columns while a wrap is pending. */
  private cursor = 0;
  private fill = 0;
  private marks: readonly PromptMark[] = [];
  private markIndex = 0;
  private sizeAfterText = -1;

  constructor(
    private readonly out: ByteWriter,
    private readonly state: TerminalState,
  ) {
    this.pen = new PenTracker(out, state.links);
    this.line = lineAt(state.buffer, 0);
  }

  /** @param first the row to begin with, one of the scrollback or the screen's first. */
  writeScreen(buffer: ScreenBuffer, first = 0): void {
    const { rows } = this.state.core;
    const last = buffer.ybase > 0 ? buffer.ybase + rows - 1 : this.lastUsedLine(buffer, rows);
    this.cursor = 0;
    this.fill = 0;
    let owesBlank = false;
    for (let y = first; y <= last; y++) {
      const line = lineAt(buffer, y);
      this.isContinuation = y > first && line.isWrapped;
      this.marks = this.state.marks.of(line);
      this.markIndex = 0;
      if (this.isContinuation) {
        this.wrapInto(line, y - first >= rows, owesBlank ? lineAt(buffer, y - 1) : undefined);
      } else if (y > first) {
        this.startLine();
      }
      this.line = line;
      const next = y < last ? lineAt(buffer, y + 1) : undefined;
      owesBlank = this.writeCells(next?.isWrapped === true ? next : undefined);
    }
  }

  /** Whether the last thing written is this line's text up to the column. */
  endsWithText(line: Line | undefined, x: number): boolean {
    return this.line === line && this.cursor === x && this.sizeAfterText === this.out.size;
  }

  /** Leaves the terminal with a wrap pending at the end of a line of the screen. */
  reprintLastCell(line: Line, row: number): void {
    const at = this.cols > 1 && line.getWidth(this.cols - 1) === 0 ? this.cols - 2 : this.cols - 1;
    this.out.ascii(`\x1b[${row + 1};${at + 1}H`);
    this.pen.set(cellPen(line, at));
    this.out.text(line.getString(at) || " ");
  }

  private lastUsedLine(buffer: ScreenBuffer, rows: number): number {
    for (let y = rows - 1; y > 0; y--) {
      const line = lineAt(buffer, y);
      if (line.isWrapped || this.state.marks.of(line).length > 0) return y;
      for (let x = 0; x < this.cols; x++) {
        if (((line._data[x * 3] ?? 0) & CONTENT.hasContent) !== 0 || line._data[x * 3 + 2] !== 0)
          return y;
        if (line._data[x * 3 + 1] !== 0) return y;
      }
    }
    return 0;
  }

  private get cols(): number {
    return this.state.core.cols;
  }

  private startLine(): void {
    // A line feed at the bottom fills the new line with the background in use.
    this.pen.setBackground(0);
    this.out.ascii("\r\n");
    this.cursor = 0;
    this.fill = 0;
  }

  /**
   * Prints the first cell of a line that continues the one before, which makes the terminal wrap.
   * `blankEnd`: the line before ends with a blank that a space had to stand for until now.
   */
  private wrapInto(line: Line, scrolls: boolean, blankEnd: Line | undefined): void {
    this.line = line;
    const isBlank = this.isPlainBlank(0);
    if (isBlank) this.pen.setBackground(this.backgroundAt(0));
    else this.pen.set(cellPen(line, 0));
    if (blankEnd === undefined && mayJoinLeft(line.getString(0))) this.pen.repeat();
    this.printCell(0);
    const hasColor = (this.pen.background & COLOR.mask) !== 0;
    this.fill = scrolls && hasColor ? UNKNOWN_FILL : 0;
    const mustMend = blankEnd !== undefined && this.state.core.rows > 1;
    if (mustMend) {
      this.out.ascii(`\x1b[A\x1b[${this.cols}G`);
      this.pen.setBackground((blankEnd._data[this.cols * 3 - 1] ?? 0) & COLOR.mask);
      this.out.ascii("\x1b[X\x1b[B");
    }
    if (isBlank) {
      this.pen.setBackground(this.backgroundAt(0));
      this.out.ascii("\r\x1b[X");
      this.cursor = 0;
    } else if (mustMend) {
      this.out.ascii("\r");
      this.pen.set(cellPen(line, 0));
      this.printCell(0);
    }
  }

  /**
   * Writes the line from the cursor on. With `next` the line must end in a pending wrap. Returns
   * whether a space now stands where a blank should be at its end.
   */
  private writeCells(next: Line | undefined): boolean {
    const { cols } = this;
    const isNatural = next !== undefined && this.wideCharacterLeavesBlank(next);
    const end = isNatural ? cols - 1 : next === undefined ? this.endOfUse() : cols;
    let x = this.isContinuation ? this.firstUnwritten() : 0;
    while (x < end) {
      this.writeMarks(this.lastColumnOfCell(x));
      if (!this.isPlainBlank(x)) {
        x = this.writeText(x, end);
        continue;
      }
      const stop = this.endOfBlanks(x, end);
      const background = this.backgroundAt(x);
      if (stop === cols && next !== undefined) {
        this.erase(x, cols - 1, background, false);
        this.moveTo(cols - 1);
        // Where the space can not be taken back, it shall at least look like the blank.
        if (this.state.core.rows === 1) this.pen.reset();
        this.pen.setBackground(background);
        this.out.ascii(" ");
        this.cursor = cols;
        return true;
      }
      this.erase(x, stop, background, stop === cols);
      x = stop;
    }
    if (isNatural) {
      this.writeMarks(cols - 1);
      this.moveTo(cols - 1);
    }
    return false;
  }

  /** Where the untouched cells at the line's end begin; the reading terminal has them already. */
  private endOfUse(): number {
    let x = this.cols;
    if (this.fill !== 0 || this.marks.length > 0) return x;
    const { _data } = this.line;
    while (x > 0 && _data[x * 3 - 3] === BLANK && _data[x * 3 - 2] === 0 && _data[x * 3 - 1] === 0)
      x--;
    return x;
  }

  private firstUnwritten(): number {
    return this.isPlainBlank(0) ? 0 : Math.max(1, this.line.getWidth(0));
  }

  /** A wide character that did not fit has left the last cell blank, with the pen it was printed with. */
  private wideCharacterLeavesBlank(next: Line): boolean {
    const { line, cols } = this;
    const last = line._data[(cols - 1) * 3] ?? 0;
    if ((last & CONTENT.hasContent) !== 0 || last >>> CONTENT.widthShift !== 1) return false;
    const base = next.getString(0).codePointAt(0) ?? 0;
    if (next.getWidth(0) !== 2 || widthOfClass(joinClassOf(base)) !== 2) return false;
    return isSamePen(cellPen(line, cols - 1), cellPen(next, 0));
  }

  private lastColumnOfCell(x: number): number {
    return this.line.getWidth(x) === 2 ? x + 1 : x;
  }

  private isPlainBlank(x: number): boolean {
    const offset = x * 3;
    const { _data } = this.line;
    return ((_data[offset] ?? 0) & CONTENT.hasContent) === 0 && !isStyledBlank(this.line, x);
  }

  private backgroundAt(x: number): number {
    return (this.line._data[x * 3 + 2] ?? 0) & COLOR.mask;
  }

  private endOfBlanks(from: number, end: number): number {
    const background = this.backgroundAt(from);
    const mark = this.marks[this.markIndex]?.x ?? end;
    const stop = Math.max(from + 1, Math.min(end, mark));
    let x = from + 1;
    while (x < stop && this.isPlainBlank(x) && this.backgroundAt(x) === background) x++;
    return x;
  }

  private erase(from: number, to: number, background: number, toEnd: boolean): void {
    if (from >= to || background === this.fill) return;
    this.moveTo(from);
    this.pen.setBackground(background);
    // Erasing a whole line with EL would undo its being a continuation.
    if (toEnd && !(from === 0 && this.isContinuation)) this.out.ascii("\x1b[K");
    else this.out.ascii(to - from === 1 ? "\x1b[X" : `\x1b[${to - from}X`);
  }

  private moveTo(x: number): void {
    const distance = x - this.cursor;
    if (distance === 0) return;
    if (distance < 0) this.out.ascii(`\x1b[${x + 1}G`);
    else this.out.ascii(distance === 1 ? "\x1b[C" : `\x1b[${distance}C`);
    this.cursor = x;
  }

  private writeMarks(x: number): void {
    const { marks } = this;
    let mark = marks[this.markIndex];
    while (mark !== undefined && mark.x <= x) {
      this.moveTo(mark.x);
      this.out.text(`\x1b]133;${mark.payload}\x1b\\`);
      mark = marks[++this.markIndex];
    }
  }

  /** Writes a run of cells that are not blank and look the same; returns where it ends. */
  private writeText(from: number, end: number): number {
    const { line, out } = this;
    const { _data } = line;
    this.moveTo(from);
    const pen: CellPen = cellPen(line, from);
    this.pen.set(pen);
    const mark = this.marks[this.markIndex]?.x ?? end;
    const stop = Math.max(from + 1, Math.min(end, mark));
    const fg = _data[from * 3 + 1];
    const bg = _data[from * 3 + 2];
    const isRunOver = (x: number): boolean =>
      x >= stop ||
      _data[x * 3 + 1] !== fg ||
      _data[x * 3 + 2] !== bg ||
      (pen.extended !== undefined && line._extendedAttrs[x] !== pen.extended) ||
      (((_data[x * 3] ?? 0) & CONTENT.hasContent) === 0 && this.isPlainBlank(x));
    let x = from;
    do {
      if (pen.extended === undefined) {
        x = out.asciiCells(_data, x, stop);
        if (isRunOver(x)) break;
      }
      const content = _data[x * 3] ?? 0;
      const code = content & (CONTENT.codePoint | CONTENT.isCombined);
      if (code < 0x300) {
        out.codePoint(code === 0 ? 0x20 : code);
        x++;
      } else {
        if (x > from && this.lastColumnOfCell(x) >= stop) break;
        this.breakJoinAt(x);
        this.printText(x);
        x += content >>> CONTENT.widthShift === 2 ? 2 : 1;
      }
    } while (!isRunOver(x));
    this.cursor = x;
    this.sizeAfterText = out.size;
    return x;
  }

  private printCell(x: number): void {
    this.printText(x);
    this.cursor = x + Math.max(1, this.line.getWidth(x));
  }

  private printText(x: number): void {
    const text = this.line.getString(x);
    this.out.text(text === "" ? " " : text);
  }

  /** Keeps apart two cells whose texts would make one cluster when printed one after the other. */
  private breakJoinAt(x: number): void {
    if (x === 0) return;
    const left = this.line.getWidth(x - 1) === 0 && x > 1 ? x - 2 : x - 1;
    if (wouldJoin(this.line.getString(left), this.line.getString(x))) this.pen.repeat();
  }
}
