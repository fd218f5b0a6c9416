import { BG, CONTENT } from "./cell-bits.ts";
import { insertCells } from "./line-cells.ts";
import { clearOrphanHalf, tryJoin, widensBeyond } from "./clusters.ts";
import { JOIN, joinClassOf, widthOfClass } from "./unicode-width.ts";
import type { SideMargins } from "../state/side-margins.ts";
import {
  lineAt,
  type Charset,
  type Line,
  type Pen,
  type ScreenBuffer,
  type XtermCore,
} from "./xterm-core.ts";

const NARROW = 1 << CONTENT.widthShift;
const WIDE = 2 << CONTENT.widthShift;
const FIRST_NON_ASCII = 0x7f;

/** The screen that text is printed on. */
interface PrintedScreen {
  readonly core: XtermCore;
  readonly sideMargins: SideMargins;
}

/**
 * Replaces xterm's printing of text. It keeps each grapheme cluster in one cell, with the width that
 * printing its text again would give (so that a snapshot can print it), records links without a
 * marker per line, and writes runs of ASCII directly into the line.
 */
export class Printer {
  #buffer: ScreenBuffer;
  #pen: Pen;
  #line: Line;
  #cols = 0;
  #charset: Charset;
  #insertMode = false;
  #wraparound = true;
  /** Whether the cell on the left is the one printed last, so that text may join it. */
  #isAdjacent = false;

  readonly #state: PrintedScreen;

  constructor(state: PrintedScreen) {
    this.#state = state;
    const { core } = state;
    this.#buffer = core._inputHandler._activeBuffer;
    this.#pen = core._inputHandler._curAttrData;
    this.#line = lineAt(this.#buffer, this.#buffer.ybase);
    core._inputHandler._parser.setPrintHandler((data, start, end) => this.print(data, start, end));
  }

  /** Prints `data[start]` up to `data[end]`, code points without controls, at the cursor. */
  print(data: Uint32Array, start: number, end: number): void {
    this.begin();
    const isPlain = this.#charset === undefined && !this.#insertMode;
    for (let at = start; at < end;) {
      const code = data[at] ?? 0;
      if (isPlain && code < FIRST_NON_ASCII) {
        at = this.#printAscii(data, at, end);
      } else {
        this.printCode(code);
        at++;
      }
    }
    this.finish();
  }

  /** Call before printing, and again after anything else has been done. */
  begin(): void {
    const { _inputHandler: input, coreService, _charsetService: charsets } = this.#state.core;
    this.#buffer = input._activeBuffer;
    this.#pen = input._curAttrData;
    this.#cols = this.#state.core.cols;
    this.#line = lineAt(this.#buffer, this.#buffer.ybase + this.#buffer.y);
    this.#charset = charsets.charset;
    this.#insertMode = coreService.modes.insertMode;
    this.#wraparound = coreService.decPrivateModes.wraparound;
    this.#isAdjacent = input._parser.precedingJoinState !== 0;
  }

  finish(): void {
    const { core, sideMargins } = this.#state;
    core._inputHandler._parser.precedingJoinState = this.#isAdjacent ? 1 : 0;
    if (!sideMargins.areWide) sideMargins.notePrinted(this.#buffer);
  }

  /** Whether text goes into cells unchanged, without side margins. */
  get isPlain(): boolean {
    return this.#charset === undefined && !this.#insertMode && this.#state.sideMargins.areWide;
  }

  /** Something else was done that keeps the cursor in its row: the next text joins no cell. */
  interrupt(): void {
    this.#isAdjacent = false;
  }

  /** The cursor is in another row. */
  changeRow(): void {
    const buffer = this.#buffer;
    this.#line = lineAt(buffer, buffer.ybase + buffer.y);
    this.#isAdjacent = false;
  }

  /**
   * Fills the line with the ASCII that begins at `bytes[start]`, while {@link isPlain}.
   * @returns the position of the first byte that is not ASCII text, or has no room.
   */
  printBytes(bytes: Uint8Array, start: number): number {
    const buffer = this.#buffer;
    const pen = this.#pen;
    const cols = this.#cols;
    if (buffer.x >= cols) this.#makeRoom(1);
    const line = this.#line;
    const { fg, bg } = pen;
    const cells = line._data;
    const first = buffer.x;
    if (first > 0) this.#splitWideBefore(first);
    const stop = Math.min(bytes.length, start + cols - first);
    let at = start;
    for (let offset = first * 3; at < stop; at++, offset += 3) {
      const byte = bytes[at] as number;
      if (byte < 0x20 || byte >= FIRST_NON_ASCII) break;
      cells[offset] = byte | NARROW;
      cells[offset + 1] = fg;
      cells[offset + 2] = bg;
    }
    this.#finishRun(first, first + at - start);
    return at;
  }

  /** The left half of a wide character whose right half is overwritten becomes blank. */
  #splitWideBefore(x: number): void {
    const content = this.#line._data[x * 3 - 3] as number;
    if (content >>> CONTENT.widthShift === 2)
      this.#line.setCellFromCodepoint(x - 1, 0, 1, this.#pen);
  }

  /** Cells from `first` to `x` have been written. */
  #finishRun(first: number, x: number): void {
    const buffer = this.#buffer;
    const line = this.#line;
    const pen = this.#pen;
    if ((pen.bg & BG.hasExtended) !== 0) {
      for (let i = first; i < x; i++) line._extendedAttrs[i] = pen.extended;
    }
    buffer.x = x;
    // Only the right half of a wide character is all zero.
    if (line._data[x * 3] === 0) clearOrphanHalf(line, x, pen);
    this.#isAdjacent = true;
  }

  /**
   * Puts the wide Chinese, Japanese and Korean characters that begin at `bytes[start]`, which join
   * nothing, into the line, while {@link isPlain}.
   * @returns the position of the first byte that is something else, or has no room.
   */
  printWideBytes(bytes: Uint8Array, start: number): number {
    const buffer = this.#buffer;
    const line = this.#line;
    const { fg, bg } = this.#pen;
    const cells = line._data;
    const first = buffer.x;
    const lastX = this.#cols - 2;
    let x = first;
    let at = start;
    for (; x <= lastX && at + 2 < bytes.length; at += 3, x += 2) {
      const lead = (bytes[at] as number) ^ 0xe0;
      const second = (bytes[at + 1] as number) ^ 0x80;
      const third = (bytes[at + 2] as number) ^ 0x80;
      if (lead >= 0x10 || (second | third) >= 0x40) break;
      const code = (lead << 12) | (second << 6) | third;
      if (!(code >= 0x3041 && code <= 0x9fff) && !(code >= 0xac00 && code <= 0xd7a3)) break;
      if (joinClassOf(code) !== JOIN.wide) break;
      const offset = x * 3;
      cells[offset] = code | WIDE;
      cells[offset + 1] = fg;
      cells[offset + 2] = bg;
      cells[offset + 3] = 0;
      cells[offset + 4] = fg;
      cells[offset + 5] = bg;
    }
    if (x === first) return at;
    if (first > 0) this.#splitWideBefore(first);
    this.#finishRun(first, x);
    return at;
  }

  /** Fills the line with ASCII up to its end; returns where in the data it stopped. */
  #printAscii(data: Uint32Array, start: number, end: number): number {
    const buffer = this.#buffer;
    const pen = this.#pen;
    const { cols } = this.#state.core;
    this.#makeRoom(1);
    const limit = this.#state.sideMargins.limitAt(buffer);
    const line = this.#line;
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
    } while (x < limit && at < end && (code = data[at] ?? 0) < FIRST_NON_ASCII);
    buffer.x = x;
    if (limit < cols) this.#state.sideMargins.notePrinted(buffer);
    if (x < cols) clearOrphanHalf(line, x, pen);
    this.#isAdjacent = true;
    return at;
  }

  /** Prints a code point, or joins it to the cell on the left. */
  printCode(received: number): void {
    const charset = this.#charset;
    const buffer = this.#buffer;
    const isAscii = received < FIRST_NON_ASCII;
    const code =
      charset !== undefined && isAscii
        ? (charset[String.fromCharCode(received)]?.charCodeAt(0) ?? received)
        : received;
    const joinClass = code < 0x300 ? JOIN.narrow : joinClassOf(code);
    if (joinClass >= JOIN.mark) {
      const isAdjacent = this.#isAdjacent;
      const limit = this.#state.sideMargins.limitAt(buffer);
      if (joinClass === JOIN.emojiSelector && isAdjacent && this.#wraparound) {
        if (widensBeyond(this.#line, buffer, limit)) this.#wrapLastCell();
      }
      if (tryJoin(this.#line, buffer, this.#pen, { code, joinClass, isAdjacent, limit })) {
        this.#isAdjacent &&= charset === undefined;
        return;
      }
      // A mark with nothing to sit on is dropped, as most terminals do.
      if (joinClass <= JOIN.emojiSelector) return;
    }
    const width = widthOfClass(joinClass);
    if (!this.#makeRoom(width)) {
      this.#isAdjacent = false;
      return;
    }
    this.#put(code, width);
    const { sideMargins } = this.#state;
    if (!sideMargins.areWide) sideMargins.notePrinted(buffer);
    // Character sets do not map non-ASCII text, and nothing joins or repeats it.
    this.#isAdjacent = charset === undefined || isAscii;
  }

  /** Wraps, or moves back to the last column. False when a wide character does not fit there. */
  #makeRoom(width: number): boolean {
    const buffer = this.#buffer;
    const line = this.#line;
    const pen = this.#pen;
    const { sideMargins } = this.#state;
    const limit = sideMargins.limitAt(buffer);
    if (buffer.x + width <= limit) return true;
    if (!this.#wraparound) {
      buffer.x = limit - 1;
      return width === 1;
    }
    if (buffer.x < limit) {
      if (line.getWidth(buffer.x) === 0) line.setCellFromCodepoint(buffer.x - 1, 0, 1, pen);
      line.setCellFromCodepoint(buffer.x, 0, 1, pen);
    }
    this.#wrap();
    return true;
  }

  /** The last cell becomes too wide for its column: moves it to the next row, like any wide one. */
  #wrapLastCell(): void {
    const buffer = this.#buffer;
    const line = this.#line;
    const pen = this.#pen;
    const code = line.getString(buffer.x - 1).codePointAt(0) ?? 0;
    line.setCellFromCodepoint(buffer.x - 1, 0, 1, pen);
    this.#wrap();
    this.#put(code, 1);
  }

  #wrap(): void {
    const buffer = this.#buffer;
    const { core, sideMargins } = this.#state;
    const isWholeLine = sideMargins.areWide;
    buffer.x = sideMargins.left;
    buffer.y++;
    if (buffer.y === buffer.scrollBottom + 1) {
      buffer.y--;
      core._bufferService.scroll(core._inputHandler._eraseAttrData(), isWholeLine);
    } else {
      if (buffer.y >= core.rows) buffer.y = core.rows - 1;
      if (isWholeLine) lineAt(buffer, buffer.ybase + buffer.y).isWrapped = true;
    }
    this.#line = lineAt(buffer, buffer.ybase + buffer.y);
  }

  #put(code: number, width: number): void {
    const buffer = this.#buffer;
    const line = this.#line;
    const pen = this.#pen;
    const { cols } = this.#state.core;
    const { x } = buffer;
    if (x > 0 && line.getWidth(x - 1) === 2) line.setCellFromCodepoint(x - 1, 0, 1, pen);
    if (this.#insertMode) {
      insertCells(line, x, this.#state.sideMargins.limitAt(buffer) - 1, width, pen);
    }
    line.setCellFromCodepoint(x, code, width, pen);
    if (width === 2) line.setCellFromCodepoint(x + 1, 0, 0, pen);
    buffer.x = x + width;
    if (buffer.x < cols) clearOrphanHalf(line, buffer.x, pen);
  }
}
