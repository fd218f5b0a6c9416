import type { TerminalState } from "../terminal-state.ts";
import { lineAt } from "../xterm/xterm-core.ts";

const MAX_SHOWN_LINES = 10;
const MAX_SHOWN_LENGTH = 2000;

/**
 * Bytes that replace a line typed at a shell's prompt with other text, right after the shell accepted
 * it: the cursor is below it, at the margin. Undefined unless exactly that line is there.
 *
 * @param typed printable ASCII.
 * @param shown any text; long text is cut.
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
  // Rows above the screen cannot be reached.
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

/** Lines without anything that moves the cursor. */
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
