import { BG, CONTENT } from "../xterm/cell-bits.ts";
import { cellPen } from "../xterm/cell-pen.ts";
import type { PenWords } from "../snapshot/pen-writer.ts";
import { dropInvisibleEnd, type StyledLine, type StyledRun } from "./styled-line.ts";
import type { TerminalState } from "../terminal-state.ts";
import { isLeftByWideCharacter } from "../xterm/wide-blank.ts";
import { visibleLength } from "../xterm/visible-length.ts";
import { lineAt, type ExtendedAttrs, type Line, type ScreenBuffer } from "../xterm/xterm-core.ts";

/** One printable ASCII character in a cell of its own. */
const NARROW_CELL = 1 << CONTENT.widthShift;
/** Flags that do not affect the style. */
const HIDDEN_FLAGS = BG.hasExtended | BG.protected;
const MIN_CHUNK_BYTES = 4096;

/** Reads rows of a terminal's cells as lines of styled text. */
export class LineReader {
  #runs: StyledRun[] = [];
  #pen: PenWords = { fg: 0, bg: 0, ext: 0 };
  #linkId = 0;
  #text = "";
  readonly #ascii: Buffer;

  readonly #state: TerminalState;

  constructor(state: TerminalState) {
    this.#state = state;
    this.#ascii = Buffer.allocUnsafe(Math.max(state.core.cols, MIN_CHUNK_BYTES));
  }

  /** A single row, even when it continues another. */
  readRow(buffer: ScreenBuffer, y: number): StyledLine {
    const line = lineAt(buffer, y);
    this.#addCells(line, visibleLength(line, this.#state.core.cols));
    return this.#finish();
  }

  /**
   * The line that starts at row `y`, with all rows that continue it.
   * @param before the part of the line before that row.
   * @returns the line and the row after it.
   */
  readWrapped(
    buffer: ScreenBuffer,
    y: number,
    before: readonly StyledRun[] = [],
  ): { line: StyledLine; next: number } {
    const { cols } = this.#state.core;
    this.#runs = [...before];
    let row = y;
    let line = lineAt(buffer, row);
    for (;;) {
      row++;
      // The list is circular: the first line follows the last.
      const next = row < buffer.lines.length ? buffer.lines.get(row) : undefined;
      if (next?.isWrapped !== true) break;
      this.#addCells(line, isLeftByWideCharacter(line, next, cols) ? cols - 1 : cols);
      line = next;
    }
    this.#addCells(line, visibleLength(line, cols));
    return { line: this.#finish(), next: row };
  }

  /** Columns of a row up to its last visible cell. */
  usedColumns(line: Line): number {
    return visibleLength(line, this.#state.core.cols);
  }

  #addCells(line: Line, end: number): void {
    const { _data } = line;
    let x = 0;
    while (x < end) {
      const fg = _data[x * 3 + 1] ?? 0;
      const bg = _data[x * 3 + 2] ?? 0;
      const extended = (bg & BG.hasExtended) !== 0 ? line._extendedAttrs[x] : undefined;
      this.#setPen(line, x, extended);
      do {
        x = this.#addAscii(_data, x, end);
        if (x < end && looksLike(line, x, fg, bg, extended)) x = this.#addCell(line, x);
      } while (x < end && looksLike(line, x, fg, bg, extended));
    }
  }

  #setPen(line: Line, x: number, extended: ExtendedAttrs | undefined): void {
    const { fg, bg, ext } = cellPen(line, x);
    const linkId = extended?._urlId ?? 0;
    const look = bg & ~HIDDEN_FLAGS;
    const pen = this.#pen;
    if (fg === pen.fg && look === pen.bg && ext === pen.ext && linkId === this.#linkId) return;
    this.#endRun();
    this.#pen = { fg, bg: look, ext };
    this.#linkId = linkId;
  }

  /** Reads narrow ASCII cells that share the pen's style. */
  #addAscii(cells: Uint32Array, from: number, end: number): number {
    const ascii = this.#ascii;
    const fg = cells[from * 3 + 1];
    const bg = cells[from * 3 + 2] ?? 0;
    // Cells with extended attributes may differ in them, so they are read one by one.
    if ((bg & BG.hasExtended) !== 0) return from;
    let x = from;
    for (; x < end && cells[x * 3 + 1] === fg && cells[x * 3 + 2] === bg; x++) {
      const code = (cells[x * 3] ?? 0) - NARROW_CELL;
      if (code === 0) ascii[x - from] = 0x20;
      else if (code >= 0x20 && code < 0x7f) ascii[x - from] = code;
      else break;
    }
    if (x > from) this.#text += ascii.toString("latin1", 0, x - from);
    return x;
  }

  #addCell(line: Line, x: number): number {
    const content = line._data[x * 3] ?? 0;
    const code = content & CONTENT.codePoint;
    if ((content & CONTENT.isCombined) !== 0) this.#text += line.getString(x);
    else this.#text += isPrintable(code) ? String.fromCodePoint(code) : " ";
    return x + (content >>> CONTENT.widthShift === 2 ? 2 : 1);
  }

  #endRun(): void {
    if (this.#text === "") return;
    const link = this.#linkId === 0 ? undefined : this.#state.links.get(this.#linkId);
    this.#runs.push({ text: this.#text, pen: this.#pen, link });
    this.#text = "";
  }

  #finish(): StyledLine {
    this.#endRun();
    const runs = this.#runs;
    this.#runs = [];
    dropInvisibleEnd(runs);
    return runs;
  }
}

function looksLike(
  line: Line,
  x: number,
  fg: number,
  bg: number,
  extended: ExtendedAttrs | undefined,
): boolean {
  const { _data } = line;
  if (_data[x * 3 + 1] !== fg || _data[x * 3 + 2] !== bg) return false;
  return extended === undefined || line._extendedAttrs[x] === extended;
}

/** No C0, DEL or C1. The model keeps them out of its cells; this does not rely on that. */
function isPrintable(code: number): boolean {
  return code >= 0xa0 || (code >= 0x20 && code < 0x7f);
}
