/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import { BG, CONTENT } from "./cell-bits.ts";
import { clearOrphanHalf, tryJoin } from "./clusters.ts";
import { JOIN, joinClassOf, widthOfClass } from "./unicode-width.ts";
import {
  lineAt,
  type Charset,
  type Line,
  type Pen,
  type ScreenBuffer,
  type XtermCore,
} from "./xterm-core.ts";

const NARROW = 1 << CONTENT.widthShift;
const FIRST_NON_ASCII = 0x7f;

/**
 * Replaces xterm's printing of text. Ours keeps grapheme clusters in one cell, which never has
 * another width than its text printed anew would get (so that a snapshot can print it), records
 * links without a marker per line, and writes runs of ASCII straight into the line.
 */
export class Printer {
  private buffer: ScreenBuffer;
  private pen: Pen;
  private line: Line;
  private charset: Charset;
  private insertMode = false;
  private wraparound = true;
  /** Whether the cell on the left is the one printed last, so that text may join it. */
  private isAdjacent = false;

  constructor(private readonly core: XtermCore) {
    this.buffer = core._inputHandler._activeBuffer;
    this.pen = core._inputHandler._curAttrData;
    this.line = lineAt(this.buffer, this.buffer.ybase);
    core._inputHandler._parser.setPrintHandler((data, start, end) => this.print(data, start, end));
  }

  /** Prints `data[start]` up to `data[end]`, code points without controls, at the cursor. */
  print(data: Uint32Array, start: number, end: number): void {
    const { _inputHandler: input, coreService, _charsetService: charsets } = this.core;
    this.buffer = input._activeBuffer;
    this.pen = input._curAttrData;
    this.line = lineAt(this.buffer, this.buffer.ybase + this.buffer.y);
    this.charset = charsets.charset;
    this.insertMode = coreService.modes.insertMode;
    this.wraparound = coreService.decPrivateModes.wraparound;
    this.isAdjacent = input._parser.precedingJoinState !== 0;
    const isPlain = this.charset === undefined && !this.insertMode;
    for (let at = start; at < end;) {
      const code = data[at] ?? 0;
      if (isPlain && code < FIRST_NON_ASCII) {
        at = this.printAscii(data, at, end);
      } else {
        this.printCode(code);
        at++;
      }
    }
    input._parser.precedingJoinState = this.isAdjacent ? 1 : 0;
  }

  /** Fills the line with ASCII up to its end; returns where in the data that stopped. */
  private printAscii(data: Uint32Array, start: number, end: number): number {
    const { buffer, pen } = this;
    const { cols } = this.core;
    this.makeRoom(1);
    const { line } = this;
    const { fg, bg, extended } = pen;
    const hasExtended = (bg & BG.hasExtended) !== 0;
    const cells = line._data;
    let x = buffer.x;
    let at = start;
    let code = data[at] ?? 0;
    if (x > 0 && line.getWidth(x - 1) === 2) line.setCellFromCodepoint(x - 1, 0, 1, pen);
    do {
      const offset = x * 3;
      cells[offset] = code | NARROW;
      cells[offset + 1] = fg;
      cells[offset + 2] = bg;
      if (hasExtended) line._extendedAttrs[x] = extended;
      x++;
      at++;
    } while (x < cols && at < end && (code = data[at] ?? 0) < FIRST_NON_ASCII);
    buffer.x = x;
    if (x < cols) clearOrphanHalf(line, x, pen);
    this.isAdjacent = true;
    return at;
  }

  private printCode(received: number): void {
    const { charset, buffer } = this;
    const isAscii = received < FIRST_NON_ASCII;
    const code =
      charset !== undefined && isAscii
        ? (charset[String.fromCharCode(received)]?.charCodeAt(0) ?? received)
        : received;
    const joinClass = code < 0x300 ? JOIN.narrow : joinClassOf(code);
    if (joinClass >= JOIN.mark) {
      const { isAdjacent } = this;
      if (tryJoin(this.line, buffer, this.pen, { code, joinClass, isAdjacent })) {
        this.isAdjacent &&= charset === undefined;
        return;
      }
      // A mark with nothing to sit on is dropped, as most terminals do.
      if (joinClass <= JOIN.emojiSelector) return;
    }
    const width = widthOfClass(joinClass);
    if (!this.makeRoom(width)) {
      this.isAdjacent = false;
      return;
    }
    this.put(code, width);
    // Other text than ASCII has no business in such a set, and nothing joins or repeats it.
    this.isAdjacent = charset === undefined || isAscii;
  }

  /** Wraps, or goes back to the last column. False when a wide character has no place there. */
  private makeRoom(width: number): boolean {
    const { buffer, line, pen } = this;
    const { cols } = this.core;
    if (buffer.x + width <= cols) return true;
    if (!this.wraparound) {
      buffer.x = cols - 1;
      return width === 1;
    }
    if (buffer.x < cols) {
      if (line.getWidth(buffer.x) === 0) line.setCellFromCodepoint(buffer.x - 1, 0, 1, pen);
      line.setCellFromCodepoint(buffer.x, 0, 1, pen);
    }
    this.wrap();
    return true;
  }

  private wrap(): void {
    const { buffer, core } = this;
    buffer.x = 0;
    buffer.y++;
    if (buffer.y === buffer.scrollBottom + 1) {
      buffer.y--;
      core._bufferService.scroll(core._inputHandler._eraseAttrData(), true);
    } else {
      if (buffer.y >= core.rows) buffer.y = core.rows - 1;
      lineAt(buffer, buffer.ybase + buffer.y).isWrapped = true;
    }
    this.line = lineAt(buffer, buffer.ybase + buffer.y);
  }

  private put(code: number, width: number): void {
    const { buffer, line, pen } = this;
    const { cols } = this.core;
    const { x } = buffer;
    if (x > 0 && line.getWidth(x - 1) === 2) line.setCellFromCodepoint(x - 1, 0, 1, pen);
    if (this.insertMode) {
      if (line.getWidth(x) === 0) line.setCellFromCodepoint(x, 0, 1, pen);
      line.insertCells(x, width, buffer.getNullCell(pen));
      if (line.getWidth(cols - 1) === 2) line.setCellFromCodepoint(cols - 1, 0, 1, pen);
    }
    line.setCellFromCodepoint(x, code, width, pen);
    if (width === 2) line.setCellFromCodepoint(x + 1, 0, 0, pen);
    buffer.x = x + width;
    if (buffer.x < cols) clearOrphanHalf(line, buffer.x, pen);
  }
}
