import { countRows } from "../archive/archived-rows.ts";
import { readArchivedLine } from "../archive/archived-line.ts";
import { LineReader } from "./line-reader.ts";
import type { Palette } from "../state/palette.ts";
import { dropInvisibleEnd, plainLines, type StyledLine, type StyledRun } from "./styled-line.ts";
import { createModel } from "../terminal-model.ts";
import type { TerminalState } from "../terminal-state.ts";
import { lineAt, type ScreenBuffer } from "../xterm/xterm-core.ts";

/** Bytes that make a terminal of this size show a session's screen. */
export interface Snapshot {
  rows: number;
  cols: number;
  bytes: Uint8Array;
}

/** Where the cursor is on the screen, counted from 0. */
interface CursorPosition {
  row: number;
  col: number;
  isVisible: boolean;
}

/** A terminal's state besides its text. */
export interface TerminalFacts {
  rows: number;
  cols: number;
  cursor: CursorPosition;
  /** The window title, without control characters. */
  title: string;
  /** The directory reported by the shell (OSC 7); empty when there was no report. */
  cwd: string;
  isAlternateScreen: boolean;
  palette: Palette;
}

/** Scrollback and screen, wrapped lines joined. */
export interface History extends TerminalFacts {
  /** The normal screen with its scrollback, then the alternate screen where it is shown. */
  lines: readonly StyledLine[];
  /** Index in `lines` of the screen's first line; a line that reaches into the screen belongs to it. */
  screenLine: number;
  /** Columns from the end of the last line to the cursor; undefined unless the cursor is after it. */
  cursorDistance: number | undefined;
  /** The bytes of an unfinished sequence or character at the end of the snapshot. */
  unfinished: Uint8Array;
}

/** All rows of the visible screen, one line each. */
export interface Screen extends TerminalFacts {
  lines: readonly StyledLine[];
}

const MIN_COLS = 2; // xterm cannot be narrower

/** @param fromRow the row to begin with, 0 for the first of the scrollback. */
export function readHistory(snapshot: Snapshot, fromRow = 0): History {
  return withModel(snapshot, (state) => {
    const { normal, alt } = state.core._bufferService.buffers;
    const reader = new LineReader(state);
    const archived = readArchive(state, fromRow);
    const model = readLines(reader, normal, archived.rowsLeft, archived.open);
    const lines = [...archived.lines, ...model.lines];
    if (model.lines.length === 0) lines.length = lines.findLastIndex((it) => it.length > 0) + 1;
    let screenLine = Math.min(archived.lines.length + model.screenLine, lines.length);
    let { cursorDistance } = model;
    if (state.isAlt) {
      const shown = readLines(reader, alt, 0);
      screenLine = lines.length;
      cursorDistance = shown.cursorDistance;
      lines.push(...shown.lines);
    }
    const unfinished = state.partial.bytes();
    return { ...factsOf(state), lines, screenLine, cursorDistance, unfinished };
  });
}

export function readScreen(snapshot: Snapshot): Screen {
  return withModel(snapshot, (state) => {
    const { buffer } = state;
    const reader = new LineReader(state);
    const rows = Array.from({ length: state.core.rows }, (_, row) => buffer.ybase + row);
    return { ...factsOf(state), lines: rows.map((y) => reader.readRow(buffer, y)) };
  });
}

/**
 * The text of a snapshot from a row on, wrapped lines joined: the normal screen with its scrollback,
 * then the alternate screen if it is shown. Blanks at the end of lines and empty lines at the end are
 * left out.
 * @param fromRow counted from the first row of the snapshot; a line that contains it is returned whole.
 */
export function readSnapshotText(snapshot: Snapshot, fromRow = 0): string[] {
  return plainLines(readHistory(snapshot, fromRow).lines);
}

interface ArchivedLines {
  lines: StyledLine[];
  /** The beginning of the line that the model's first row continues. */
  open: StyledRun[];
  /** Rows after the archive to leave out. */
  rowsLeft: number;
}

function readArchive({ history, core }: TerminalState, fromRow: number): ArchivedLines {
  const view = history.archive.view();
  const lines: StyledLine[] = [];
  let open: StyledRun[] = [];
  let rowsLeft = fromRow;
  let index = 0;
  for (const records of view.lines()) {
    const isOpen = view.isOpen && ++index === view.lineCount;
    const rows = rowsLeft === 0 ? 0 : countRows(records, core.cols);
    const isWanted = isOpen || rowsLeft < Math.max(1, rows);
    rowsLeft = isWanted && !isOpen ? 0 : Math.max(0, rowsLeft - rows);
    if (!isWanted) continue;
    const runs = readArchivedLine(records, core.cols);
    if (isOpen) {
      open = runs;
      continue;
    }
    dropInvisibleEnd(runs);
    lines.push(runs);
  }
  return { lines, open, rowsLeft };
}

interface BufferLines {
  lines: StyledLine[];
  screenLine: number;
  cursorDistance: number | undefined;
}

/** @param open the part of the first row's line that comes before it. */
function readLines(
  reader: LineReader,
  buffer: ScreenBuffer,
  fromRow: number,
  open: readonly StyledRun[] = [],
): BufferLines {
  const lines: StyledLine[] = [];
  const cursorRow = buffer.ybase + buffer.y;
  let screenLine = 0;
  let used = 0;
  let isAtCursor = false;
  let y = Math.min(fromRow, buffer.lines.length);
  while (y > 0 && buffer.lines.get(y)?.isWrapped === true) y--;
  while (y < buffer.lines.length) {
    if (y <= buffer.ybase) screenLine = lines.length;
    const { line, next } = reader.readWrapped(buffer, y, y === 0 ? open : []);
    lines.push(line);
    if (line.length > 0) {
      used = lines.length;
      isAtCursor = cursorRow === next - 1;
    }
    y = next;
  }
  lines.length = used;
  const distance = isAtCursor ? distanceToCursor(reader, buffer, cursorRow) : -1;
  return {
    lines,
    screenLine: Math.min(screenLine, used),
    cursorDistance: distance < 0 ? undefined : distance,
  };
}

function distanceToCursor(reader: LineReader, buffer: ScreenBuffer, row: number): number {
  return buffer.x - reader.usedColumns(lineAt(buffer, row));
}

function factsOf(state: TerminalState): TerminalFacts {
  const { core, buffer } = state;
  return {
    rows: core.rows,
    cols: core.cols,
    cursor: {
      row: buffer.y,
      col: Math.min(buffer.x, core.cols - 1),
      isVisible: !core.coreService.isCursorHidden,
    },
    title: state.titles.title.replace(/\p{Cc}/gu, ""),
    cwd: pathOf(state.cwd),
    isAlternateScreen: state.isAlt,
    palette: state.palette,
  };
}

/** The path in a `file:` address of OSC 7. */
function pathOf(address: string): string {
  const path = /^file:\/\/[^/]*(\/.*)$/s.exec(address)?.[1];
  if (path === undefined) return "";
  try {
    return decodeURIComponent(path).replace(/\p{Cc}/gu, "");
  } catch {
    return ""; // not an address: a percent sign that escapes nothing
  }
}

/** Loads the snapshot into a model, passes the model to `read` and releases it. */
function withModel<T>({ rows, cols, bytes }: Snapshot, read: (state: TerminalState) => T): T {
  const state = createModel({
    rows: Math.max(rows, 1),
    cols: Math.max(cols, MIN_COLS),
    scrollbackLines: Number.POSITIVE_INFINITY,
    reply: () => {},
  });
  try {
    state.parse(bytes);
    return read(state);
  } finally {
    state.core.dispose();
  }
}
