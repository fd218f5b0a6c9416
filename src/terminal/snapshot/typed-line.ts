import type { TerminalState } from "../terminal-state.ts";
import { lineAt } from "../xterm/xterm-core.ts";

const MAX_SHOWN_LINES = 10;
const MAX_SHOWN_LENGTH = 2000;

/**
 * Bytes that put other text in the place of a line that was typed at a shell's prompt, right after
 * it was taken: the cursor stands below it, at the margin. Undefined unless exactly that line is to
 * be found there.
 *
 * @param typed printable ASCII.
 * @param shown any text; long ones are cut.
 */
export function replaceTypedLine(
  state: TerminalState,
  typed: string,
  shown: string,
): string | undefined {
  const { buffer } = state;
  const { cols } = state.core;
  const cursorRow = buffer.ybase + buffer.y;
  if (state.isAlt || buffer.x !== 0 || cursorRow === 0 || !/^[\x20-\x7e]+$/.test(typed)) {
    return undefined;
  }
  const lastRow = cursorRow - 1;
  const end = lastRow * cols + usedColumns(state, lastRow);
  const start = end - typed.length;
  const firstRow = Math.floor(start / cols);
  // What has left the screen cannot be reached.
  if (firstRow < buffer.ybase) return undefined;
  for (let i = 0; i < typed.length; i++) {
    const row = Math.floor((start + i) / cols);
    const character = lineAt(buffer, row).getString((start + i) % cols) || " ";
    if (character !== typed[i]) return undefined;
  }
  const place = `\x1b[${cursorRow - firstRow}A\x1b[${(start % cols) + 1}G\x1b[J`;
  return `${place}${linesOf(shown).join("\r\n")}\r\n`;
}

function usedColumns(state: TerminalState, row: number): number {
  const line = lineAt(state.buffer, row);
  let end = state.core.cols;
  while (end > 0 && line.getString(end - 1).trim() === "") end--;
  return end;
}

/** Lines in which nothing can move a cursor. */
function linesOf(text: string): string[] {
  const whole = text.trimEnd();
  const cut = whole.length <= MAX_SHOWN_LENGTH ? whole : `${whole.slice(0, MAX_SHOWN_LENGTH)}…`;
  const lines = cut
    .split(/\r?\n/)
    .map((line) => line.replace(/\t/g, "  ").replace(/\p{Cc}/gu, "?"));
  if (lines.length <= MAX_SHOWN_LINES) return lines;
  const left = whole.split("\n").length - MAX_SHOWN_LINES;
  return [...lines.slice(0, MAX_SHOWN_LINES), `… ${left} more lines`];
}
