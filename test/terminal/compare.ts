/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import { cellPen, isSamePen, penOf, type CellPen } from "../../src/terminal/cell-pen.ts";
import { readCharsets } from "../../src/terminal/charsets.ts";
import type { SavedCursor } from "../../src/terminal/saved-cursor.ts";
import type { TerminalState } from "../../src/terminal/terminal-state.ts";
import { CONTENT } from "../../src/terminal/cell-bits.ts";
import type { Line, ScreenBuffer } from "../../src/terminal/xterm-core.ts";

/**
 * Where a restored terminal may differ, by name and with the reason:
 *
 * - first-line-wrapped: a line whose beginning has left the scrollback, or the top line of the
 *   alternate screen, can not be made to continue a line that is not there.
 * - styled-blank: a blank with more than a background (left by overwriting half of a wide character)
 *   is restored as a space that looks the same; no sequence makes such a blank.
 * - pending-wrap-blank: with a wrap pending over an erased last cell the cell is restored as a space;
 *   only printing makes a wrap pending.
 * - one-row: on a screen of one row a wrapped line has scrolled away before its blank end could be
 *   erased; a space stays.
 */
export function differences(a: TerminalState, b: TerminalState): string[] {
  return compareStates(a, b).found;
}

/** The differences, and how many cells were let through as one of the exceptions. */
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
    describePen(a, penOf(a.core._inputHandler._curAttrData)),
    describePen(b, penOf(b.core._inputHandler._curAttrData)),
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
  check(
    "just printed",
    a.core._inputHandler._parser.precedingJoinState,
    b.core._inputHandler._parser.precedingJoinState,
  );
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
  check(`${name} scrollback`, one.ybase, two.ybase);
  check(`${name} lines`, one.lines.length, two.lines.length);
  check(`${name} margins`, [one.scrollTop, one.scrollBottom], [two.scrollTop, two.scrollBottom]);
  check(`${name} tabs`, tabsOf(one, a.core.cols), tabsOf(two, b.core.cols));
  for (let y = 0; y < Math.min(one.lines.length, two.lines.length); y++) {
    const [lineA, lineB] = [one.lines.get(y), two.lines.get(y)];
    if (lineA === undefined || lineB === undefined) throw new Error(`no line ${y}`);
    const where = `${name} line ${y - one.ybase}`;
    // Exception first-line-wrapped.
    if (y === 0 && lineA.isWrapped && !lineB.isWrapped) allow();
    else check(`${where} wrapped`, lineA.isWrapped, lineB.isWrapped);
    check(`${where} marks`, a.marks.of(lineA), b.marks.of(lineB));
    const isOneRow = a.core.rows === 1;
    const pendingX = one.y + one.ybase === y && one.x >= a.core.cols ? a.core.cols - 1 : -1;
    const saved = a.saved.of(one === a.core._bufferService.buffers.alt ? "alt" : "normal");
    const savedX = saved.x >= a.core.cols && saved.y + one.ybase === y ? a.core.cols - 1 : -1;
    compareLine(
      where,
      a,
      b,
      lineA,
      lineB,
      isOneRow ? a.core.cols - 1 : Math.max(pendingX, savedX),
      check,
      allow,
    );
  }
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
  return [saved.x, saved.y, describePen(state, penOf(saved)), saved.charsets, saved.origin];
}

function tabsOf(buffer: ScreenBuffer, cols: number): number[] {
  return Array.from({ length: cols }, (_, x) => x).filter((x) => buffer.tabs[x] === true);
}
