/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import type { ByteWriter } from "./byte-writer.ts";
import { cellPen, penOf } from "./cell-pen.ts";
import {
  charsetChange,
  DEFAULT_CHARSETS,
  encodeIn,
  readCharsets,
  type CharsetState,
} from "./charsets.ts";
import type { PenTracker } from "./pen-tracker.ts";
import { startOfLeftCell } from "./clusters.ts";
import type { RowWriter } from "./row-writer.ts";
import type { TerminalState } from "./terminal-state.ts";
import { joinClassOf, widthOfClass } from "./unicode-width.ts";
import { lineAt } from "./xterm-core.ts";

/**
 * The last part of a snapshot: origin, wrap and insert mode, cursor, pen, character sets.
 *
 * A pending wrap comes about only by printing the last cell again. The same is done when the program
 * has just printed text: a combining mark or a repetition (REP) may follow in the live output.
 */
export function writeCursor(
  state: TerminalState,
  out: ByteWriter,
  pen: PenTracker,
  charsets: CharsetState,
): void {
  const { core, buffer } = state;
  const modes = core.coreService.decPrivateModes;
  const wanted = readCharsets(core);
  if (modes.origin) out.ascii("\x1b[?6h");
  if (!modes.wraparound) out.ascii("\x1b[?7l");
  if (core.coreService.modes.insertMode) out.ascii("\x1b[4h");

  const line = lineAt(buffer, buffer.ybase + buffer.y);
  const row = buffer.y - (modes.origin ? buffer.scrollTop : 0) + 1;
  const hasJustPrinted = core._inputHandler._parser.precedingJoinState !== 0;
  const at = buffer.x >= core.cols || hasJustPrinted ? startOfLeftCell(line, buffer.x) : -1;
  if (at < 0) {
    out.ascii(charsetChange(charsets, wanted) + cursorPosition(row, buffer.x + 1));
    pen.set(penOf(core._inputHandler._curAttrData));
    return;
  }
  const text = line.getString(at) || " ";
  const encoded = hasJustPrinted ? encodeIn(core._charsetService.charset, text) : undefined;
  out.ascii(charsetChange(charsets, encoded === undefined ? DEFAULT_CHARSETS : wanted));
  out.ascii(cursorPosition(row, at + 1));
  if (core.coreService.modes.insertMode) {
    // What printing is going to insert goes first; a selector that widens a cell inserts nothing.
    out.ascii(`\x1b[${widthOfClass(joinClassOf(text.codePointAt(0) ?? 0))}P`);
  }
  pen.set(encoded === undefined ? cellPen(line, at) : penOf(core._inputHandler._curAttrData));
  out.text(encoded ?? text);
  if (encoded !== undefined) return;
  const sizeBefore = out.size;
  out.ascii(charsetChange(DEFAULT_CHARSETS, wanted));
  pen.set(penOf(core._inputHandler._curAttrData));
  if (out.size === sizeBefore) pen.repeat();
}

/** Whether writing the lines has left everything as it shall be: the program's last output was text. */
export function isAlreadyThere(state: TerminalState, rows: RowWriter): boolean {
  const { core, buffer } = state;
  const { wraparound, origin } = core.coreService.decPrivateModes;
  return (
    core._inputHandler._parser.precedingJoinState !== 0 &&
    rows.endsWithText(buffer.lines.get(buffer.ybase + buffer.y), buffer.x) &&
    rows.pen.isAt(penOf(core._inputHandler._curAttrData)) &&
    wraparound &&
    !origin &&
    !core.coreService.modes.insertMode &&
    charsetChange(DEFAULT_CHARSETS, readCharsets(core)) === ""
  );
}

function cursorPosition(row: number, column: number): string {
  if (column > 1) return `\x1b[${row};${column}H`;
  return row > 1 ? `\x1b[${row}H` : "\x1b[H";
}
