/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import { LineReader } from "./line-reader.ts";
import type { Palette } from "./palette.ts";
import { PartialInput } from "./partial-input.ts";
import { plainLines, type StyledLine } from "./styled-line.ts";
import { createModel } from "./terminal-model.ts";
import type { TerminalState } from "./terminal-state.ts";
import { lineAt, type ScreenBuffer } from "./xterm-core.ts";

/** What a terminal of that size has to be sent to show what a session shows. */
export interface Snapshot {
  rows: number;
  cols: number;
  bytes: Uint8Array;
}

/** Where the cursor is on the screen, counted from 0. */
export interface CursorPosition {
  row: number;
  col: number;
  isVisible: boolean;
}

/** What there is to know of a terminal besides its text. */
export interface TerminalFacts {
  rows: number;
  cols: number;
  cursor: CursorPosition;
  /** The window title, without control characters. */
  title: string;
  /** The directory that the shell has told (OSC 7); empty when it has told none. */
  cwd: string;
  isAlternateScreen: boolean;
  palette: Palette;
}

/** Scrollback and screen, wrapped lines joined. */
export interface History extends TerminalFacts {
  /** The normal screen with its scrollback, then the alternate screen where it is shown. */
  lines: readonly StyledLine[];
  /** Index in `lines` at which the shown screen begins; a line that reaches into it belongs to it. */
  screenLine: number;
  /** Columns from the end of the last line to the cursor, undefined unless it is behind that line. */
  cursorDistance: number | undefined;
  /** The bytes of a sequence or character that the snapshot ends in the middle of. */
  unfinished: Uint8Array;
}

/** The visible screen, one row a line: all of them. */
export interface Screen extends TerminalFacts {
  lines: readonly StyledLine[];
}

const MIN_COLS = 2; // xterm cannot be narrower
const LF = 0x0a;

/** @param fromRow the row to begin with, 0 for the first of the scrollback. */
export function readHistory(snapshot: Snapshot, fromRow = 0): History {
  const partial = new PartialInput();
  return withModel(snapshot, partial, (state) => {
    const { normal, alt } = state.core._bufferService.buffers;
    const reader = new LineReader(state);
    const scrollback = readLines(reader, normal, fromRow);
    const lines = [...scrollback.lines];
    let { screenLine } = scrollback;
    let { cursorDistance } = scrollback;
    if (state.isAlt) {
      const shown = readLines(reader, alt, 0);
      screenLine = lines.length;
      cursorDistance = shown.cursorDistance;
      lines.push(...shown.lines);
    }
    const unfinished = partial.bytes(state.core._inputHandler);
    return { ...factsOf(state), lines, screenLine, cursorDistance, unfinished };
  });
}

export function readScreen(snapshot: Snapshot): Screen {
  return withModel(snapshot, new PartialInput(), (state) => {
    const { buffer } = state;
    const reader = new LineReader(state);
    const rows = Array.from({ length: state.core.rows }, (_, row) => buffer.ybase + row);
    return { ...factsOf(state), lines: rows.map((y) => reader.readRow(buffer, y)) };
  });
}

/**
 * The text of a snapshot from a row on, wrapped lines joined: the normal screen with its scrollback,
 * then the alternate screen where it is shown. Blanks at the end of lines and empty lines at the end
 * are left out.
 * @param fromRow counted from the first row of the snapshot; a line that it is inside of is whole.
 */
export function readSnapshotText(snapshot: Snapshot, fromRow = 0): string[] {
  return plainLines(readHistory(snapshot, fromRow).lines);
}

interface BufferLines {
  lines: StyledLine[];
  screenLine: number;
  cursorDistance: number | undefined;
}

function readLines(reader: LineReader, buffer: ScreenBuffer, fromRow: number): BufferLines {
  const lines: StyledLine[] = [];
  const cursorRow = buffer.ybase + buffer.y;
  let screenLine = 0;
  let used = 0;
  let isAtCursor = false;
  let y = Math.min(fromRow, buffer.lines.length);
  while (y > 0 && buffer.lines.get(y)?.isWrapped === true) y--;
  while (y < buffer.lines.length) {
    if (y <= buffer.ybase) screenLine = lines.length;
    const { line, next } = reader.readWrapped(buffer, y);
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

/** The path in a `file:` address as OSC 7 has it. */
function pathOf(address: string): string {
  const path = /^file:\/\/[^/]*(\/.*)$/s.exec(address)?.[1];
  if (path === undefined) return "";
  try {
    return decodeURIComponent(path).replace(/\p{Cc}/gu, "");
  } catch {
    return ""; // not an address: a percent sign that escapes nothing
  }
}

/** Reads the snapshot into a model, and that before it is released. */
function withModel<T>(
  snapshot: Snapshot,
  partial: PartialInput,
  read: (state: TerminalState) => T,
): T {
  const { rows, bytes } = snapshot;
  const cols = Math.max(snapshot.cols, MIN_COLS);
  const state = createModel({
    rows: Math.max(rows, 1),
    cols,
    scrollbackLines: maxRows(bytes, cols),
    reply: () => {},
  });
  try {
    state.core._inputHandler.parse(bytes);
    partial.follow(bytes, state.core._inputHandler);
    return read(state);
  } finally {
    state.core.dispose();
  }
}

/** Rows that the bytes can fill at most: a character takes a byte or more, and two columns or less. */
function maxRows(bytes: Uint8Array, cols: number): number {
  let rows = Math.ceil((2 * bytes.length) / cols);
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) rows++;
  return rows;
}
