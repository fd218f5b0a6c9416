import type { ByteWriter } from "./byte-writer.ts";
import { cellPen, toCellPen } from "../xterm/cell-pen.ts";
import {
  charsetChange,
  DEFAULT_CHARSETS,
  encodeIn,
  readCharsets,
  type CharsetState,
} from "../xterm/charsets.ts";
import type { PenTracker } from "./pen-tracker.ts";
import { startOfLeftCell } from "../xterm/clusters.ts";
import type { RowWriter } from "./row-writer.ts";
import type { TerminalState } from "../terminal-state.ts";
import { hasDisputedWidth } from "../xterm/unicode-width.ts";
import { lineAt } from "../xterm/xterm-core.ts";

/**
 * The last part of a snapshot: origin, wrap and insert mode, cursor, pen, character sets.
 *
 * Only printing the last cell again makes a pending wrap. The same is done when the program has just
 * printed text: a combining mark or a repetition (REP) may follow in the live output.
 */
export function writeCursor(
  state: TerminalState,
  out: ByteWriter,
  pen: PenTracker,
  charsets: CharsetState,
): void {
  const { core, buffer } = state;
  const { insertMode } = core.coreService.modes;
  const { origin, wraparound } = core.coreService.decPrivateModes;
  const curPen = toCellPen(core._inputHandler._curAttrData);
  const wanted = readCharsets(core);
  if (origin) out.ascii("\x1b[?6h");
  if (!wraparound) out.ascii("\x1b[?7l");

  const line = lineAt(buffer, buffer.ybase + buffer.y);
  const isPending = buffer.x >= core.cols || state.sideMargins.isWrapPending(buffer);
  // Inserting would move the cells after it.
  const hasJustPrinted = core._inputHandler._parser.precedingJoinState !== 0 && !insertMode;
  const at = isPending || hasJustPrinted ? startOfLeftCell(line, buffer.x) : -1;
  if (at < 0) {
    out.ascii(charsetChange(charsets, wanted) + cursorPosition(state, buffer.x));
    pen.set(curPen);
  } else {
    const text = line.getString(at) || " ";
    const encoded = hasJustPrinted ? encodeIn(core._charsetService.charset, text) : undefined;
    out.ascii(charsetChange(charsets, encoded === undefined ? DEFAULT_CHARSETS : wanted));
    out.ascii(cursorPosition(state, at));
    pen.set(encoded === undefined ? cellPen(line, at) : curPen);
    out.text(encoded ?? text);
    // A joining character would be lost then, but the cursor is right on every terminal.
    if (!isPending && hasDisputedWidth(text)) out.ascii(cursorPosition(state, buffer.x));
    if (encoded === undefined) {
      const sizeBefore = out.size;
      out.ascii(charsetChange(DEFAULT_CHARSETS, wanted));
      pen.set(curPen);
      if (out.size === sizeBefore) pen.repeat();
    }
  }
  if (insertMode) out.ascii("\x1b[4h");
}

/** Whether writing the lines has left the cursor right: the program's last output was text. */
export function isAlreadyThere(state: TerminalState, rows: RowWriter): boolean {
  const { core, buffer } = state;
  const { wraparound, origin } = core.coreService.decPrivateModes;
  return (
    core._inputHandler._parser.precedingJoinState !== 0 &&
    rows.endsWithText(buffer.lines.get(buffer.ybase + buffer.y), buffer.x) &&
    rows.pen.isAt(toCellPen(core._inputHandler._curAttrData)) &&
    wraparound &&
    !origin &&
    !core.coreService.modes.insertMode &&
    charsetChange(DEFAULT_CHARSETS, readCharsets(core)) === ""
  );
}

/** CUP to a column of the cursor's row; with origin mode it counts from the margins. */
function cursorPosition({ core, buffer, sideMargins }: TerminalState, x: number): string {
  const isOrigin = core.coreService.decPrivateModes.origin;
  const row = buffer.y - (isOrigin ? buffer.scrollTop : 0) + 1;
  const column = x - (isOrigin ? sideMargins.left : 0) + 1;
  if (column > 1) return `\x1b[${row};${column}H`;
  return row > 1 ? `\x1b[${row}H` : "\x1b[H";
}
