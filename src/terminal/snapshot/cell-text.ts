import type { ByteWriter } from "./byte-writer.ts";
import { BG, CONTENT } from "../xterm/cell-bits.ts";
import { isPlainBlank } from "../xterm/cell-pen.ts";
import type { PenTracker } from "./pen-tracker.ts";
import { hasDisputedWidth, mayJoinLeftOf, wouldJoin } from "../xterm/unicode-width.ts";
import type { Line } from "../xterm/xterm-core.ts";

const SPACE = 0x20;

/** Writes the text of cells, with pen changes. */
export class CellText {
  /** Whether a character two columns wide has been written. */
  hasWide = false;
  /** Whether terminals disagree on the width of the last written text. */
  isColumnDisputed = false;
  /** The last cluster, while nothing follows it: the next one must not join it. */
  #lastCluster = "";

  readonly #out: ByteWriter;
  readonly #pen: PenTracker;

  constructor(out: ByteWriter, pen: PenTracker) {
    this.#out = out;
    this.#pen = pen;
  }

  /** Something else has been written; text does not join it. */
  interrupt(): void {
    this.#lastCluster = "";
    this.isColumnDisputed = false;
  }

  /**
   * Writes non-blank cells of the first one's style, up to `stop`.
   * @returns where they end, or the position after a cluster of disputed width.
   */
  writeRun(line: Line, from: number, stop: number): number {
    const { _data } = line;
    const out = this.#out;
    // Signed numbers are fast.
    const fg = (_data[from * 3 + 1] as number) | 0;
    const bg = (_data[from * 3 + 2] as number) | 0;
    const extended = (bg & BG.hasExtended) !== 0 ? line._extendedAttrs[from] : undefined;
    this.#pen.setWords(fg, bg, extended);
    const end = extended === undefined ? stop : endOfExtended(line, from, stop);
    let x = from;
    while (x < end) {
      const size = out.size;
      const textEnd = out.textCells(_data, x, end, fg, bg);
      if (textEnd > x) {
        // A wide character has two cells and three bytes.
        if (out.size - size !== textEnd - x) this.hasWide = true;
        this.interrupt();
        x = textEnd;
        if (x === end) break;
      }
      const isSame = _data[x * 3 + 1] === fg >>> 0 && _data[x * 3 + 2] === bg >>> 0;
      if (!isSame || isPlainBlank(line, x)) break;
      const width = (_data[x * 3] as number) >>> CONTENT.widthShift === 2 ? 2 : 1;
      if (x > from && x + width > end) break;
      this.writeCell(line, x);
      x += width;
      if (this.isColumnDisputed) break;
    }
    return x;
  }

  /** Writes a cell's text, whatever its style. */
  writeCell(line: Line, x: number): void {
    const content = line._data[x * 3] as number;
    if (content >>> CONTENT.widthShift === 2) this.hasWide = true;
    const code = content & CONTENT.codePoint;
    if ((content & CONTENT.isCombined) === 0 && !mayJoinLeftOf(code)) {
      this.#out.codePoint(code === 0 ? SPACE : code);
      this.interrupt();
      return;
    }
    const text = line.getString(x);
    if (wouldJoin(this.#lastCluster, text)) this.#pen.repeat();
    this.#out.text(text);
    this.#lastCluster = text;
    this.isColumnDisputed = hasDisputedWidth(text);
  }
}

/** The end of the cells that share the first one's underline style or link. */
function endOfExtended(line: Line, from: number, stop: number): number {
  const extended = line._extendedAttrs[from];
  let x = from + 1;
  while (x < stop && line._extendedAttrs[x] === extended) x++;
  return x;
}
