import { COLOR } from "../xterm/cell-bits.ts";
import { isPlainBlank } from "../xterm/cell-pen.ts";
import { isLeftByWideCharacter } from "../xterm/wide-blank.ts";
import type { Line } from "../xterm/xterm-core.ts";

/** A cell among the rows, or the position after a row's last cell. Reflow moves it with its text. */
export interface Place {
  row: number;
  x: number;
  /** The cells up to it belong to the line, even if never written to. */
  holdsLine: boolean;
}

interface ReflowOptions {
  oldCols: number;
  newCols: number;
  /** A blank line of the new width. */
  createLine(): Line;
  /** Moves what is attached to a cell along with it. */
  onMove(from: Line, x: number, to: Line, newX: number): void;
  /** Columns of a row that have something attached. */
  attachedTo(line: Line): readonly number[];
}

/**
 * Wraps lines at another width. No character is lost, and wrapping at the old width again gives the
 * old rows. The colour that fills a line's last row stays at the end of its last row.
 * @param places are moved; in any order.
 */
export function reflow(
  rows: readonly Line[],
  places: readonly Place[],
  options: ReflowOptions,
): Line[] {
  const out: Line[] = [];
  const byRow = Map.groupBy(places, ({ row }) => row);
  for (let first = 0; first < rows.length;) {
    let last = first;
    while (rows[last + 1]?.isWrapped === true) last++;
    const line = new LogicalLine(rows.slice(first, last + 1), first, byRow, options);
    line.writeTo(out);
    first = last + 1;
  }
  return out;
}

/** A line being wrapped again. */
class LogicalLine {
  /** Columns of each row that belong to the line; their sums number the cells. */
  readonly #lengths: number[];
  readonly #fill: number;
  readonly #places: { place: Place; offset: number }[] = [];
  readonly #length: number;

  readonly #rows: readonly Line[];
  readonly #options: ReflowOptions;

  constructor(
    rows: readonly Line[],
    firstRow: number,
    byRow: ReadonlyMap<number, readonly Place[]>,
    options: ReflowOptions,
  ) {
    this.#rows = rows;
    this.#options = options;
    const { oldCols } = options;
    const end = rows.length - 1;
    this.#lengths = rows.map((line, i) => {
      const next = rows[i + 1];
      if (next === undefined) return usedColumns(line, oldCols);
      return isLeftByWideCharacter(line, next, oldCols) ? oldCols - 1 : oldCols;
    });
    const lastLine = rows[end] as Line;
    this.#fill = fillOf(lastLine, oldCols);
    let start = 0;
    let held = 0;
    for (const [i, length] of this.#lengths.entries()) {
      for (const place of byRow.get(firstRow + i) ?? []) {
        // The position after a row's text is the start of the next row's.
        const offset = start + (i < end ? Math.min(place.x, length) : place.x);
        this.#places.push({ place, offset });
        if (!place.holdsLine) continue;
        // The cursor keeps an empty row of its own.
        held = Math.max(held, offset + (i > 0 && place.x === 0 ? 1 : 0));
      }
      start += length;
    }
    this.#length = Math.max(start, held);
  }

  writeTo(out: Line[]): void {
    const { newCols, oldCols } = this.#options;
    const [only, ...more] = this.#rows;
    if (only === undefined) return;
    const isShort = more.length === 0 && this.#length <= newCols;
    if (isShort) this.#keep(only, out);
    else this.#wrap(out, only.isWrapped, oldCols);
  }

  /** A one-row line that fits keeps its object. */
  #keep(line: Line, out: Line[]): void {
    const { oldCols, newCols, onMove, attachedTo } = this.#options;
    for (const x of attachedTo(line)) onMove(line, x, line, Math.min(x, newCols - 1));
    line.resize(newCols, NO_CELL);
    fillFrom(line, Math.min(oldCols, newCols), newCols, this.#fill);
    for (const { place, offset } of this.#places) {
      place.row = out.length;
      place.x = Math.min(offset, newCols);
    }
    out.push(line);
  }

  #wrap(out: Line[], isContinuation: boolean, oldCols: number): void {
    const { newCols, createLine } = this.#options;
    const target = new RowsWriter(out, newCols, createLine, isContinuation);
    let offset = 0;
    for (const [i, line] of this.#rows.entries()) {
      const isLast = i === this.#rows.length - 1;
      const length = isLast ? this.#length - offset : (this.#lengths[i] ?? 0);
      this.#moveRow(line, { length, offset, oldCols }, target);
      offset += length;
    }
    this.#movePlaces(offset, target);
    target.fill(this.#fill);
  }

  #moveRow(
    line: Line,
    { length, offset, oldCols }: { length: number; offset: number; oldCols: number },
    target: RowsWriter,
  ): void {
    const attached = this.#options.attachedTo(line);
    for (let x = 0; x < length;) {
      const width = x < oldCols && line.getWidth(x) === 2 ? 2 : 1;
      target.makeRoom(width, line, x);
      for (const at of attached) {
        if (at < x || at >= x + width) continue;
        this.#options.onMove(line, at, target.line, target.x + at - x);
      }
      this.#movePlacesAt(offset + x, width, target);
      if (x < oldCols) target.put(line, x, width);
      else target.skip();
      x += width;
    }
    for (const at of attached) {
      if (at < length) continue;
      this.#options.onMove(line, at, target.line, Math.min(target.x, this.#options.newCols - 1));
    }
  }

  #movePlacesAt(offset: number, width: number, { row, x }: RowsWriter): void {
    for (const { place, offset: at } of this.#places) {
      if (at < offset || at >= offset + width) continue;
      place.row = row;
      place.x = x + at - offset;
    }
  }

  /** Places after the last cell. */
  #movePlaces(end: number, { row, x, cols }: RowsWriter): void {
    for (const { place, offset } of this.#places) {
      if (offset < end) continue;
      place.row = row;
      place.x = Math.min(cols, x + offset - end);
    }
  }
}

/** Puts cells into rows of a new width. */
class RowsWriter {
  line: Line;
  x = 0;

  readonly #out: Line[];
  readonly cols: number;
  readonly #createLine: () => Line;

  constructor(out: Line[], cols: number, createLine: () => Line, isContinuation: boolean) {
    this.#out = out;
    this.cols = cols;
    this.#createLine = createLine;
    this.line = this.#begin(isContinuation);
  }

  get row(): number {
    return this.#out.length - 1;
  }

  /** A wide character that does not fit leaves a blank of its style, as printing does. */
  makeRoom(width: number, from: Line, x: number): void {
    if (this.x + width <= this.cols) return;
    if (this.x < this.cols) {
      this.line.copyCellsFrom(from, x, this.x, 1, false);
      this.line._data[this.x * 3] = NO_CELL.content;
    } else if (width === 2 && this.line._data[(this.cols - 1) * 3] === NO_CELL.content) {
      // Keeps a blank of the line itself distinct from that one.
      this.line._data[(this.cols - 1) * 3] = NO_CELL.content | SPACE;
    }
    this.line = this.#begin(true);
    this.x = 0;
  }

  put(from: Line, x: number, width: number): void {
    this.line.copyCellsFrom(from, x, this.x, width, false);
    this.x += width;
  }

  skip(): void {
    this.x++;
  }

  fill(color: number): void {
    fillFrom(this.line, this.x, this.cols, color);
  }

  #begin(isWrapped: boolean): Line {
    const line = this.#createLine();
    line.isWrapped = isWrapped;
    this.#out.push(line);
    return line;
  }
}

const SPACE = 0x20;
/** The words of a cell that was never written to. */
const NO_CELL = { content: 1 << 22, fg: 0, bg: 0 };

/** The background of the unwritten cells at a row's end; 0 for none. */
function fillOf(line: Line, cols: number): number {
  return isPlainBlank(line, cols - 1) ? colorAt(line, cols - 1) : 0;
}

/** Columns before the blanks of one colour that end a row. */
function usedColumns(line: Line, cols: number): number {
  const color = fillOf(line, cols);
  let x = cols;
  while (x > 0 && isPlainBlank(line, x - 1) && colorAt(line, x - 1) === color) x--;
  return x;
}

function colorAt(line: Line, x: number): number {
  return (line._data[x * 3 + 2] ?? 0) & COLOR.mask;
}

function fillFrom(line: Line, from: number, to: number, color: number): void {
  if (color === 0) return;
  for (let x = from; x < to; x++) line._data[x * 3 + 2] = color;
}
