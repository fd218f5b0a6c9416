import { cellPen, isSamePen, toCellPen, type CellPen } from "../../src/terminal/xterm/cell-pen.ts";
import { readCharsets } from "../../src/terminal/xterm/charsets.ts";
import { readArchivedLine } from "../../src/terminal/archive/archived-line.ts";
import { LineReader } from "../../src/terminal/read/line-reader.ts";
import type { StyledRun } from "../../src/terminal/read/styled-line.ts";
import { hasDisputedWidth } from "../../src/terminal/xterm/unicode-width.ts";
import { vtLine } from "../../src/terminal/read/vt-line.ts";
import type { SavedCursor } from "../../src/terminal/xterm/saved-cursor.ts";
import type { TerminalState } from "../../src/terminal/terminal-state.ts";
import { CONTENT } from "../../src/terminal/xterm/cell-bits.ts";
import type { Line, ScreenBuffer } from "../../src/terminal/xterm/xterm-core.ts";

/**
 * The allowed differences of a restored terminal, by name and with the reason:
 *
 * - styled-blank: a blank cell with more style than a background (left by overwriting half of a wide
 *   character) is restored as a space that looks the same; no sequence makes such a blank cell.
 * - blank-end: the last cell of a row is restored as a space if it is blank and the line continues in
 *   the next row, or a wrap is pending after it; only printing makes a terminal wrap.
 * - behind-cluster: after a cluster whose width terminals disagree on, the restored cursor is moved to
 *   its place explicitly, so text printed next does not join the cluster.
 * - behind-insert: in insert mode the last cell is not printed again, because that would move cells.
 * - mark-at-wrap: a mark at the start of a continuation row is archived at the end of the row before,
 *   where the terminal's cursor is at that time; marks in the archive are not compared. Neither is a
 *   mark in a row that a single character fills: moving back to it would lose the pending wrap.
 * - more-rows: a terminal that has grown keeps fewer rows above its screen than it may, and the rest
 *   in its archive; the restored terminal has filled those rows. The lines are the same.
 * - lost-beginning: if the beginning of a line is not kept, as on the alternate screen, its first
 *   remaining row begins a line.
 */
export function differences(a: TerminalState, b: TerminalState): string[] {
  return compareStates(a, b).found;
}

/** The differences, and how many cells were allowed to differ as one of the exceptions. */
export function compareStates(
  a: TerminalState,
  b: TerminalState,
): { found: string[]; exceptions: number } {
  const found: string[] = [];
  let exceptions = 0;
  const allow = (): void => {
    exceptions++;
  };
  const check = (what: string, x: unknown, y: unknown): void => {
    if (x === y) return;
    const [left, right] = [JSON.stringify(x), JSON.stringify(y)];
    if (left !== right) found.push(`${what}: ${left} became ${right}`);
  };
  check("alternate screen", a.isAlt, b.isAlt);
  const [buffersA, buffersB] = [a.core._bufferService.buffers, b.core._bufferService.buffers];
  compareBuffer("normal", a, b, buffersA.normal, buffersB.normal, check, allow);
  if (a.isAlt && b.isAlt)
    compareBuffer("alternate", a, b, buffersA.alt, buffersB.alt, check, allow);
  check("cursor", [a.buffer.x, a.buffer.y], [b.buffer.x, b.buffer.y]);
  check(
    "pen",
    describePen(a, toCellPen(a.core._inputHandler._curAttrData)),
    describePen(b, toCellPen(b.core._inputHandler._curAttrData)),
  );
  check("charsets", readCharsets(a.core), readCharsets(b.core));
  check("active charset", a.core._charsetService.charset === b.core._charsetService.charset, true);
  const { synchronizedOutput: _a, ...modesA } = a.core.coreService.decPrivateModes;
  const { synchronizedOutput: _b, ...modesB } = b.core.coreService.decPrivateModes;
  check("modes", modesA, modesB);
  check("insert", a.core.coreService.modes.insertMode, b.core.coreService.modes.insertMode);
  check("cursor hidden", a.core.coreService.isCursorHidden, b.core.coreService.isCursorHidden);
  check("cursor blink", a.core.options.cursorBlink, b.core.options.cursorBlink);
  check("newline mode", a.core.options.convertEol, b.core.options.convertEol);
  check("mouse", a.core.coreMouseService.activeProtocol, b.core.coreMouseService.activeProtocol);
  check(
    "mouse encoding",
    a.core.coreMouseService.activeEncoding,
    b.core.coreMouseService.activeEncoding,
  );
  check("extra modes", a.modes.list(), b.modes.list());
  check("kitty flags", a.kitty.normal.list(), b.kitty.normal.list());
  check("kitty flags of the alternate screen", a.kitty.alt.list(), b.kitty.alt.list());
  check("modified keys", a.modifyKeys.list(), b.modifyKeys.list());
  check("palette", a.palette.list(), b.palette.list());
  check("colours", a.palette.listDynamic(), b.palette.listDynamic());
  check("title", [a.titles.title, a.titles.titleStack], [b.titles.title, b.titles.titleStack]);
  check("icon name", [a.titles.icon, a.titles.iconStack], [b.titles.icon, b.titles.iconStack]);
  check("directory", a.cwd, b.cwd);
  check(
    "saved cursor",
    describeSaved(a, a.saved.of("normal")),
    describeSaved(b, b.saved.of("normal")),
  );
  check(
    "saved cursor of the alternate screen",
    describeSaved(a, a.saved.of("alt")),
    describeSaved(b, b.saved.of("alt")),
  );
  const justPrinted = a.core._inputHandler._parser.precedingJoinState;
  const isBehindInsert = a.core.coreService.modes.insertMode;
  if (justPrinted !== 0 && (isBehindInsert || hasDisputedWidth(leftOfCursor(a)))) allow();
  else check("just printed", justPrinted, b.core._inputHandler._parser.precedingJoinState);
  check(
    "parser",
    a.core._inputHandler._parser.currentState,
    b.core._inputHandler._parser.currentState,
  );
  return { found, exceptions };
}

type Check = (what: string, a: unknown, b: unknown) => void;

function compareBuffer(
  name: string,
  a: TerminalState,
  b: TerminalState,
  one: ScreenBuffer,
  two: ScreenBuffer,
  check: Check,
  allow: () => void,
): void {
  const hasHistory = one === a.normal;
  if (hasHistory) check(`${name} history`, historyOf(a), historyOf(b));
  const hasSameRows = one.ybase === two.ybase;
  if (hasSameRows && hasHistory) check(`${name} archive`, archiveOf(a), archiveOf(b));
  else if (one.ybase < two.ybase && a.history.archive.lineCount > 0) allow();
  else check(`${name} scrollback`, one.ybase, two.ybase);
  check(`${name} margins`, [one.scrollTop, one.scrollBottom], [two.scrollTop, two.scrollBottom]);
  check(`${name} tabs`, tabsOf(one, a.core.cols), tabsOf(two, b.core.cols));
  for (let y = hasSameRows ? -one.ybase : 0; y < a.core.rows; y++) {
    const [lineA, lineB] = [one.lines.get(one.ybase + y), two.lines.get(two.ybase + y)];
    if (lineA === undefined || lineB === undefined) throw new Error(`no line ${y}`);
    const where = `${name} line ${y}`;
    const isFirst = one.ybase + y === 0;
    const isLost = isFirst && lineA.isWrapped && !(hasHistory && a.history.archive.isOpen);
    if (isLost)
      allow(); // lost-beginning
    else check(`${where} wrapped`, lineA.isWrapped, lineB.isWrapped);
    // mark-at-wrap
    const isOneCharacter = lineA.isWrapped && lineA.getWidth(0) === a.core.cols;
    if (isOneCharacter && a.marks.of(lineA).length > 0) allow();
    else check(`${where} marks`, a.marks.of(lineA), b.marks.of(lineB));
    const end = a.core.cols - 1;
    const saved = a.saved.of(one === a.core._bufferService.buffers.alt ? "alt" : "normal");
    const isBlankEnd =
      one.lines.get(one.ybase + y + 1)?.isWrapped === true ||
      (one.y === y && one.x > end) ||
      (saved.y === y && saved.x > end);
    compareLine(where, a, b, lineA, lineB, isBlankEnd ? end : -1, check, allow);
  }
}

/** The text left of the cursor. */
function leftOfCursor({ buffer }: TerminalState): string {
  const line = buffer.lines.get(buffer.ybase + buffer.y);
  if (line === undefined || buffer.x === 0) return "";
  return line.getString(line.getWidth(buffer.x - 1) === 0 ? buffer.x - 2 : buffer.x - 1);
}

/** The lines above the normal screen, from the archive and the model's rows. */
export function historyOf(state: TerminalState): string[] {
  const { normal, history, core } = state;
  const view = history.archive.view();
  const lines = [...view.lines()].map((records) => readArchivedLine(records, core.cols));
  const open = view.isOpen ? (lines.pop() ?? []) : [];
  const reader = new LineReader(state);
  // An unfinished line continues in the model, possibly only on the screen.
  for (let y = 0; y < Math.max(normal.ybase, view.isOpen ? 1 : 0);) {
    const { line, next } = reader.readWrapped(normal, y, y === 0 ? open : []);
    lines.push([...line]);
    y = next;
  }
  return lines.map((line) => vtLine(withoutEnd(line)));
}

/** A background fill cannot always be detected, see {@link archiveOf}. */
function withoutEnd(line: readonly StyledRun[]): StyledRun[] {
  const last = line.findLastIndex(({ text }) => text.trimEnd() !== "");
  const kept: StyledRun[] = [];
  for (const [i, run] of line.slice(0, last + 1).entries()) {
    const before = kept.at(-1);
    const text = i === last ? run.text.trimEnd() : run.text;
    const isSame = before !== undefined && lookOf(before) === lookOf(run);
    if (isSame) kept[kept.length - 1] = { ...before, text: before.text + text };
    else kept.push({ ...run, text });
  }
  return kept;
}

function lookOf({ pen, link }: StyledRun): string {
  return JSON.stringify([pen, link]);
}

/** The archive's lines, without marks and undetectable fills. */
function archiveOf({ history, core }: TerminalState): string[] {
  return [...history.archive.view().lines()].map((records) => {
    const cells = records.reduce((sum, record) => sum + record.cells, 0);
    // A full row shows no fill after it; with wide characters it is not always known.
    const isFull = cells > 0 && cells % core.cols === 0;
    const hasWide = records.some((record) => record.hasWide) && cells > core.cols;
    const parts = records.flatMap(({ text, fill }) => (isFull || hasWide ? [text] : [text, fill]));
    return Buffer.concat(parts)
      .toString()
      .replaceAll(/\x1b\]133;[^\x1b]*\x1b\\/g, "");
  });
}

function compareLine(
  where: string,
  a: TerminalState,
  b: TerminalState,
  one: Line,
  two: Line,
  lenientX: number,
  check: Check,
  allow: () => void,
): void {
  for (let x = 0; x < a.core.cols; x++) {
    const [textA, textB] = [cellText(one, x), cellText(two, x)];
    const [penA, penB] = [cellPen(one, x), cellPen(two, x)];
    const isSame =
      textA === textB &&
      isSamePen({ ...penA, linkId: 0 }, { ...penB, linkId: 0 }) &&
      penA.linkId === 0 &&
      penB.linkId === 0;
    if (isSame) continue;
    const isBlankStyled =
      textA === "" && (penA.fg !== 0 || (penA.bg & ~0x3ffffff) !== 0 || penA.linkId !== 0);
    const isLenient = textA === "" && (isBlankStyled || x === lenientX);
    if (isLenient && textB === " ") allow();
    else check(`${where} column ${x}`, textA, textB);
    check(`${where} column ${x} look`, describePen(a, penA), describePen(b, penB));
  }
}

function cellText(line: Line, x: number): string {
  const content = line._data[x * 3] ?? 0;
  const width = content >>> CONTENT.widthShift;
  return width === 1 ? line.getString(x) : `${width}:${line.getString(x)}`;
}

function describePen(state: TerminalState, pen: CellPen): string {
  const link = state.links.get(pen.linkId);
  return `${(pen.fg >>> 0).toString(16)}/${(pen.bg >>> 0).toString(16)}/${(pen.ext >>> 0).toString(16)}/${link?.params ?? ""};${link?.uri ?? ""}`;
}

function describeSaved(state: TerminalState, saved: SavedCursor): unknown[] {
  return [saved.x, saved.y, describePen(state, toCellPen(saved)), saved.charsets, saved.origin];
}

function tabsOf(buffer: ScreenBuffer, cols: number): number[] {
  return Array.from({ length: cols }, (_, x) => x).filter((x) => buffer.tabs[x] === true);
}
