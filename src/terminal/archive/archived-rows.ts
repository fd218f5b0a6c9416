import { BG } from "../xterm/cell-bits.ts";
import { createModel } from "../terminal-model.ts";
import type { TerminalState } from "../terminal-state.ts";
import { lineAt, type ExtendedAttrs, type Line } from "../xterm/xterm-core.ts";
import type { ArchiveRecord } from "./archive-record.ts";

const ROWS = 2;

/**
 * The rows of a line, or of a part of one, on a terminal with this many columns. Their links and marks
 * belong to `state`.
 */
export function rowsOfRecords(
  state: TerminalState,
  records: readonly ArchiveRecord[],
  cols: number,
): Line[] {
  const scratch = openScratch(records, cols);
  try {
    for (const { text } of records) scratch.parse(text);
    const { buffer, core } = scratch;
    const fill = records.at(-1)?.fill;
    if (fill !== undefined && buffer.x < core.cols) scratch.parse(fill);
    const rows: Line[] = [];
    const last = buffer.ybase + buffer.y;
    for (let y = 0; y <= last; y++) rows.push(adopt(lineAt(buffer, y), scratch, state));
    return rows;
  } finally {
    scratch.core.dispose();
  }
}

/** How many rows a line takes on a terminal with this many columns. */
export function countRows(records: readonly ArchiveRecord[], cols: number): number {
  const cells = records.reduce((sum, record) => sum + record.cells, 0);
  const hasWide = records.some((record) => record.hasWide);
  // A row can end a column early only where a wide character wraps.
  if (!hasWide || cells <= cols) return Math.max(1, Math.ceil(cells / cols));
  const scratch = openScratch(records, cols);
  try {
    for (const { text } of records) scratch.parse(text);
    return scratch.buffer.ybase + scratch.buffer.y + 1;
  } finally {
    scratch.core.dispose();
  }
}

/** A model with room for all rows of these records. */
function openScratch(records: readonly ArchiveRecord[], cols: number): TerminalState {
  const cells = records.reduce((sum, record) => sum + record.cells, 0);
  // With wide characters a row may end a column early.
  const rows = Math.ceil(cells / (cols - 1)) + 1;
  return createModel({ rows: ROWS, cols, scrollbackLines: rows, modelRows: rows, reply: () => {} });
}

function adopt(line: Line, from: TerminalState, to: TerminalState): Line {
  for (const { x, payload } of from.marks.of(line)) to.marks.put(line, x, payload);
  const adopted = new Map<ExtendedAttrs, ExtendedAttrs>();
  for (let x = 0; x < line.length; x++) {
    const extended = line._extendedAttrs[x];
    if (((line._data[x * 3 + 2] ?? 0) & BG.hasExtended) === 0 || extended === undefined) continue;
    const own = adopted.get(extended) ?? adoptLink(extended, from, to);
    adopted.set(extended, own);
    line._extendedAttrs[x] = own;
  }
  return line;
}

function adoptLink(attrs: ExtendedAttrs, from: TerminalState, to: TerminalState): ExtendedAttrs {
  const link = from.links.get(attrs._urlId);
  const own = attrs.clone();
  own._urlId = link === undefined ? 0 : to.links.idOf(link);
  return own;
}
