import type { Frame } from "../view/canvas.ts";

const BEGIN = "\x1b[?2026h\x1b[?25l\x1b[?7l";
const END = "\x1b[?7h";
const SHOW_CURSOR = "\x1b[?25h";
const FINISH = "\x1b[?2026l";

/**
 * Turns frames into bytes: only lines that differ from the terminal's. A frame is written inside
 * synchronized output (mode 2026) and without autowrap (mode 7), so that a line is cut, not wrapped,
 * if the terminal considers a character wider than we do.
 */
export class Renderer {
  #shown: string[] = [];
  #cursor: Frame["cursor"];
  #mustClear = true;
  #cols: number;

  constructor(cols: number) {
    this.#cols = cols;
  }

  /** The terminal has a new size, and its content is unknown. */
  reset(cols: number): void {
    this.#cols = cols;
    this.#shown = [];
    this.#mustClear = true;
  }

  /** Bytes that show the frame; empty when it is already shown. */
  render(frame: Frame): string {
    const changed: string[] = [];
    for (const [row, line] of frame.lines.entries()) {
      if (this.#shown[row] === line.text && !this.#mustClear) continue;
      if (this.#mustClear && line.text === "") continue;
      // At the right margin the cursor is still on the last cell, and EL would erase that.
      const erase = line.cols < this.#cols && !this.#mustClear ? "\x1b[K" : "";
      changed.push(`\x1b[${row + 1};1H${line.text}${erase}`);
    }
    const { cursor } = frame;
    const isSameCursor = cursor?.row === this.#cursor?.row && cursor?.col === this.#cursor?.col;
    if (changed.length === 0 && isSameCursor && !this.#mustClear) return "";
    const clear = this.#mustClear ? "\x1b[H\x1b[2J" : "";
    const place = cursor === undefined ? "" : `\x1b[${cursor.row + 1};${cursor.col + 1}H`;
    this.#shown = frame.lines.map(({ text }) => text);
    this.#cursor = cursor;
    this.#mustClear = false;
    const show = cursor === undefined ? "" : SHOW_CURSOR;
    return `${BEGIN}${clear}${changed.join("")}${END}${place}${show}${FINISH}`;
  }
}
