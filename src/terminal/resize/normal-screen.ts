import { rowsOfRecords } from "../archive/archived-rows.ts";
import type { ArchiveRecord } from "../archive/archive-record.ts";
import type { TerminalState } from "../terminal-state.ts";
import { lineAt, type Line, type Pen } from "../xterm/xterm-core.ts";
import { fitWindow } from "./fit-window.ts";
import { reflow, type Place } from "./reflow.ts";
import { leaveToWide } from "../xterm/wide-blank.ts";
import { isUsed } from "./used-rows.ts";

const DEFAULT_PEN = { fg: 0, bg: 0 } as Pen;

/** During a resize: the normal screen, the model's rows above it, and its hidden rows. */
export class NormalScreen {
  #rows: Line[];
  /** The screen's first row before resizes hid rows or brought some from above. */
  readonly #top: Place;
  readonly #cursor: Place;
  /** Where the cursor returns to when a program leaves the alternate screen. */
  readonly #saved: Place | undefined;
  #run: Place | undefined;
  /** Blank rows below `rows`. */
  #blankBelow: number;
  #screenRow = 0;

  readonly #state: TerminalState;

  constructor(state: TerminalState) {
    this.#state = state;
    const { normal, hidden, saved, runMark } = state;
    this.#rows = Array.from({ length: normal.lines.length }, (_, y) => lineAt(normal, y));
    this.#rows.push(...hidden.below);
    this.#blankBelow = hidden.blankBelow;
    this.#top = { row: normal.ybase - hidden.above, x: hidden.aboveX, holdsLine: false };
    this.#cursor = { row: normal.ybase + normal.y, x: normal.x, holdsLine: true };
    const returning = saved.returning();
    this.#saved = returning && {
      row: normal.ybase + returning.y,
      x: returning.x,
      holdsLine: false,
    };
    const runRow = runMark.row();
    this.#run = runRow === undefined ? undefined : { row: runRow, x: 0, holdsLine: false };
  }

  /** Takes lines back from the archive that must be wrapped together with the rows here. */
  joinArchive(): void {
    const { archive } = this.#state.history;
    // Rows that were on the screen have reached the archive.
    if (this.#top.row < 0) this.#pull(-this.#top.row);
    if (this.#rows[0]?.isWrapped !== true || !archive.fillsRows(this.#state.core.cols)) return;
    // A line must be wrapped as a whole.
    const record = archive.takeLast();
    if (record !== undefined) this.#prepend(record);
  }

  /** Takes all rows out of the buffer, so that xterm does not change them. */
  detach(): void {
    this.#state.normal.lines.length = 0;
  }

  /** Wraps all lines at the terminal's width. */
  rewrap(oldCols: number): void {
    const { core, normal, marks } = this.#state;
    this.#rows = reflow(this.#rows, this.#places, {
      oldCols,
      newCols: core.cols,
      createLine: () => normal.getBlankLine(DEFAULT_PEN),
      onMove: (from, x, to, newX) => marks.move(from, x, to, newX),
      attachedTo: (line) => marks.columnsOf(line),
    });
  }

  /** Chooses which rows the screen shows. */
  fit(): void {
    const { core, marks, hidden } = this.#state;
    const used = this.#rows.findLastIndex((line) => isUsed(line, marks.of(line)));
    const end = Math.max(used, this.#cursor.row, this.#saved?.row ?? 0) + 1;
    const top = Math.min(this.#top.row, this.#cursor.row);
    const wanted = fitWindow({
      height: core.rows,
      top,
      cursor: this.#cursor.row,
      end,
      blankBelow: this.#rows.length - end + this.#blankBelow,
    });
    this.#rows.length = end;
    const missing = Math.max(0, -wanted.first);
    const pulled = missing > 0 ? this.#pull(missing) : 0;
    this.#screenRow = wanted.first + pulled;
    // When the history has too few lines, the screen extends below.
    const shortfall = Math.max(0, -this.#screenRow);
    this.#screenRow = Math.max(0, this.#screenRow);
    hidden.above = this.#screenRow - (top + pulled);
    hidden.aboveX = this.#top.x;
    hidden.blankBelow = wanted.hiddenBlank;
    hidden.below = this.#rows.splice(end + pulled - wanted.hiddenRows);
    this.#addBlankRows(wanted.blank + shortfall);
  }

  /** Puts the rows back into the buffer, and the excess into the archive. */
  attach(): void {
    const { core, normal, history, runMark, saved } = this.#state;
    const { lines } = normal;
    const excess = Math.max(0, this.#screenRow - history.rowsFor(core.cols));
    for (let y = 0; y < excess; y++) {
      const next = this.#rowAt(y + 1);
      const goesOn = next.isWrapped ? next : undefined;
      history.addRow(this.#rowAt(y), goesOn, core.cols, this.#run?.row === y);
    }
    lines.maxLength = 1; // releases its old rows
    lines.maxLength = core.rows + history.rowsFor(core.cols);
    for (let y = excess; y < this.#rows.length; y++) lines.push(this.#rowAt(y));
    normal.ybase = this.#screenRow - excess;
    normal.ydisp = normal.ybase;
    normal.x = this.#cursor.x;
    normal.y = this.#cursor.row - this.#screenRow;
    normal.scrollTop = 0;
    normal.scrollBottom = core.rows - 1;
    if (this.#saved !== undefined) saved.moveTo(this.#saved.x, this.#saved.row - this.#screenRow);
    if (this.#run !== undefined && this.#run.row >= excess) runMark.moveTo(this.#run.row - excess);
    history.recount(normal);
  }

  /** Takes lines back from the archive. @returns how many rows they have. */
  #pull(wanted: number): number {
    const { archive } = this.#state.history;
    let pulled = 0;
    while (pulled < wanted) {
      const fillsRows = !archive.isOpen || archive.fillsRows(this.#state.core.cols);
      const record = archive.takeLast();
      if (record === undefined) break;
      const [first] = this.#rows;
      // A part that does not end with a row cannot be joined: it was wrapped at another width.
      if (first !== undefined && !fillsRows) first.isWrapped = false;
      pulled += this.#prepend(record);
    }
    return pulled;
  }

  #prepend(record: ArchiveRecord): number {
    const state = this.#state;
    const { history, runMark } = state;
    const rows = rowsOfRecords(state, [record], state.core.cols);
    const [first] = rows;
    const [last, next] = [rows.at(-1), this.#rows[0]];
    if (last !== undefined && next?.isWrapped === true) leaveToWide(last, next);
    if (first !== undefined) first.isWrapped = record.continues;
    this.#rows = [...rows, ...this.#rows];
    for (const place of this.#places) place.row += rows.length;
    const runLine = runMark.archivedLine();
    if (runLine !== undefined && runLine > history.archive.lastLine) {
      this.#run ??= { row: 0, x: 0, holdsLine: false };
    }
    return rows.length;
  }

  get #places(): Place[] {
    const top = this.#top;
    const cursor = this.#cursor;
    const saved = this.#saved;
    const run = this.#run;
    return [top, cursor, saved, run].filter((place) => place !== undefined);
  }

  #addBlankRows(count: number): void {
    for (let i = 0; i < count; i++) this.#rows.push(this.#state.normal.getBlankLine(DEFAULT_PEN));
  }

  #rowAt(y: number): Line {
    const line = this.#rows[y];
    if (line === undefined) throw new Error(`terminal model: no row ${y}`);
    return line;
  }
}
