import type { SnapshotPieces } from "../backend.ts";
import { countRows } from "../archive/archived-rows.ts";
import type { ArchiveView } from "../archive/archive-view.ts";
import { ByteWriter } from "./byte-writer.ts";
import { toCellPen } from "../xterm/cell-pen.ts";
import { charsetChange, DEFAULT_CHARSETS, type CharsetState } from "../xterm/charsets.ts";
import { isAlreadyThere, writeCursor } from "./cursor-writer.ts";
import { modesOf } from "./mode-writer.ts";
import { RowWriter } from "./row-writer.ts";
import type { SavedCursor } from "../xterm/saved-cursor.ts";
import type { TerminalState } from "../terminal-state.ts";
import { lineAt, type ScreenBuffer } from "../xterm/xterm-core.ts";

const TAB_WIDTH = 8;

/**
 * Captures this state, with at most this many lines from above the screen; a wrapped line counts once.
 * The model's rows are written at once, archived lines when their piece is read.
 *
 * Not included: images and lines of double width or height (xterm has neither), synchronized output,
 * and, while the normal screen is shown, the alternate screen's own state: its contents, saved cursor
 * and keyboard flags are dropped when a program leaves it.
 */
export function captureState(
  state: TerminalState,
  scrollbackLines = Number.POSITIVE_INFINITY,
): SnapshotPieces {
  const { rows, cols } = state.core;
  const { row, archivedLines } = firstLineOf(state, scrollbackLines);
  const archived = archivedLines > 0 ? state.history.archive.view(archivedLines) : undefined;
  const writer = new SnapshotWriter(state);
  const head = writer.writeHead();
  const rest = writer.writeRest(row, archived);
  return {
    rows,
    cols,
    byteLength: head.byteLength + (archived?.byteLength(cols) ?? 0) + rest.byteLength,
    runRow: runRowOf(state, row, archived),
    pieces: {
      *[Symbol.iterator]() {
        yield head;
        if (archived !== undefined) yield* archived.pieces(cols);
        yield rest;
      },
    },
  };
}

/** Start of this many lines above the screen: a row of the model, or lines of the archive before it. */
function firstLineOf(
  { normal, history }: TerminalState,
  scrollbackLines: number,
): { row: number; archivedLines: number } {
  let row = normal.ybase;
  let left = scrollbackLines;
  // A line that the screen's first row continues does not count: it is on the screen.
  while (left > 0 && row > 0) {
    row--;
    if (!lineAt(normal, row).isWrapped) left--;
  }
  return { row, archivedLines: row > 0 ? 0 : Math.min(left, history.archive.lineCount) };
}

/** The last run's row in a capture that begins at a row of the model, with archived lines before it. */
function runRowOf(
  { core, runMark, history }: TerminalState,
  firstRow: number,
  archived: ArchiveView | undefined,
): number | undefined {
  const line = runMark.archivedLine();
  const row = runMark.row();
  if (line === undefined) {
    if (row === undefined) return undefined;
    return rowsOf(archived, core.cols) + Math.max(0, row - firstRow);
  }
  const firstLine = history.archive.lastLine + 1 - (archived?.lineCount ?? 0);
  return rowsOf(archived, core.cols, line - firstLine);
}

function rowsOf(view: ArchiveView | undefined, cols: number, maxLines?: number): number {
  let rows = 0;
  for (const line of view?.lines().take(Math.max(0, maxLines ?? Number.POSITIVE_INFINITY)) ?? []) {
    rows += countRows(line, cols);
  }
  return rows;
}

class SnapshotWriter {
  readonly #out = new ByteWriter();
  readonly #rows: RowWriter;
  #charsets: CharsetState = DEFAULT_CHARSETS;

  readonly #state: TerminalState;

  constructor(state: TerminalState) {
    this.#state = state;
    this.#rows = new RowWriter(this.#out, state);
  }

  /**
   * Colours and modes come first, so that the screen is drawn once in its final look, without a cursor
   * that the program has hidden.
   */
  writeHead(): Uint8Array {
    const state = this.#state;
    const out = this.#out;
    out.text(state.palette.restore() + state.titles.restore());
    if (state.cwd !== "") out.text(`\x1b]7;${state.cwd}\x1b\\`);
    out.ascii(modesOf(state));
    const head = out.finish();
    out.truncate(0);
    return head;
  }

  /** Everything after the archived lines, if any. */
  writeRest(firstRow: number, archived: ArchiveView | undefined): Uint8Array {
    const state = this.#state;
    const out = this.#out;
    const { normal, alt } = state.core._bufferService.buffers;
    this.#rows.writeScreen(normal, firstRow, this.#aboveRows(archived));
    if (state.isAlt) {
      this.#writeTabs(normal);
      this.#enterAlternateScreen(normal);
      this.#rows.writeScreen(alt);
    }
    this.#writeTabs(state.buffer);
    const saved = state.saved.of(state.isAlt ? "alt" : "normal");
    if (!isAtReset(saved)) this.#saveCursor(saved, state.buffer, "\x1b7");
    this.#writeMargins(state.buffer);
    const hasMoved = this.#writeSideMargins();
    out.ascii(state.kittyFlags.restore());
    if (hasMoved || !isAlreadyThere(state, this.#rows)) {
      writeCursor(state, out, this.#rows.pen, this.#charsets);
    }
    out.bytes(state.partial.bytes());
    return out.finish();
  }

  #aboveRows(archived: ArchiveView | undefined): "nothing" | "lines" | "its-line" {
    if (archived === undefined) return "nothing";
    return archived.fillsRows(this.#state.core.cols) ? "its-line" : "lines";
  }

  /** @returns whether this has moved the cursor. */
  #writeSideMargins(): boolean {
    const { sideMargins } = this.#state;
    if (!sideMargins.isEnabled) return false;
    this.#out.ascii("\x1b[?69h");
    if (sideMargins.areWide) return false;
    this.#out.ascii(`\x1b[${sideMargins.left + 1};${sideMargins.right + 1}s`);
    return true;
  }

  /**
   * Every terminal knows 1049, which saves the cursor; so the cursor is first set to the program's saved
   * one. A saved origin mode needs another way, because margins move the cursor.
   */
  #enterAlternateScreen(normal: ScreenBuffer): void {
    const state = this.#state;
    const out = this.#out;
    const saved = state.saved.of("normal");
    out.ascii(state.kitty.normal.restore());
    if (saved.origin) {
      this.#saveCursor(saved, normal, "\x1b7");
      this.#writeMargins(normal);
      out.ascii("\x1b[?1047h");
    } else {
      this.#writeMargins(normal);
      this.#saveCursor(saved, normal, "\x1b[?1049h");
    }
    // In terminals with the same margins on both screens, they would make the lines scroll.
    out.ascii("\x1b[r");
    out.ascii(charsetChange(this.#charsets, DEFAULT_CHARSETS));
    this.#charsets = DEFAULT_CHARSETS;
    this.#rows.pen.reset();
    out.ascii("\x1b[H\x1b[2J");
  }

  /** Sets cursor, pen and character sets as they were saved, and saves them. */
  #saveCursor(saved: SavedCursor, buffer: ScreenBuffer, save: string): void {
    const out = this.#out;
    const rows = this.#rows;
    const { cols } = this.#state.core;
    if (saved.origin) out.ascii("\x1b[?6h");
    if (saved.x >= cols) {
      rows.reprintLastCell(lineAt(buffer, buffer.ybase + saved.y), saved.y);
    } else {
      out.ascii(`\x1b[${saved.y + 1};${saved.x + 1}H`);
    }
    out.ascii(charsetChange(this.#charsets, saved.charsets));
    this.#charsets = saved.charsets;
    rows.pen.set(toCellPen(saved));
    out.ascii(save);
    if (saved.origin) out.ascii("\x1b[?6l");
  }

  #writeTabs(buffer: ScreenBuffer): void {
    const { cols } = this.#state.core;
    const stops = Array.from({ length: cols }, (_, x) => x).filter((x) => buffer.tabs[x] === true);
    const isDefault = (x: number): boolean => (x % TAB_WIDTH === 0) === (buffer.tabs[x] === true);
    if (Array.from({ length: cols }, (_, x) => x).every(isDefault)) return;
    this.#out.ascii("\x1b[3g");
    for (const x of stops) this.#out.ascii(`\x1b[${x + 1}G\x1bH`);
  }

  #writeMargins(buffer: ScreenBuffer): void {
    if (buffer.scrollTop === 0 && buffer.scrollBottom === this.#state.core.rows - 1) return;
    this.#out.ascii(`\x1b[${buffer.scrollTop + 1};${buffer.scrollBottom + 1}r`);
  }
}

function isAtReset(saved: SavedCursor): boolean {
  const pen = toCellPen(saved);
  return (
    saved.x === 0 &&
    saved.y === 0 &&
    !saved.origin &&
    pen.fg === 0 &&
    pen.bg === 0 &&
    pen.ext === 0 &&
    pen.linkId === 0 &&
    charsetChange(DEFAULT_CHARSETS, saved.charsets) === ""
  );
}
