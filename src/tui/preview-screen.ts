import { createTerminalBackend } from "../terminal/xterm-backend.ts";
import type { TerminalBackend } from "../terminal/backend.ts";

/** More than a screen can hold; what is behind it is not shown. */
const MAX_BYTES = 512 << 10;
const MAX_ROWS = 300;
const MAX_COLS = 600;
/** Widths grow in steps, so that a line more or less long does not mean another model. */
const COLS_STEP = 40;
const RESET = Buffer.from("\x1bc");
const decoder = new TextDecoder();

/**
 * Draws a session's text in a terminal model of our own and reads it back from the cells: whatever
 * the text holds, what comes out is letters and looks. The maker closes it.
 */
export class PreviewScreen {
  #backend: TerminalBackend | undefined;
  #rows = 0;
  #cols = 0;

  /** Styled lines; each begins and ends with the plain look. */
  read(bytes: Uint8Array): { lines: string[]; cols: number } {
    const shown = bytes.subarray(0, MAX_BYTES);
    const backend = this.#sized(shown);
    backend.consume(RESET);
    backend.consume(shown);
    const text = decoder.decode(backend.preview());
    const lines = text === "" ? [] : text.split("\r\n");
    return { lines, cols: lines.reduce((most, line) => Math.max(most, Bun.stringWidth(line)), 0) };
  }

  close(): void {
    this.#backend?.close();
    this.#backend = undefined;
  }

  /** The text does not say how large its screen was, so the model is as large as the text needs. */
  #sized(bytes: Uint8Array): TerminalBackend {
    const lines = decoder.decode(bytes).split("\n");
    const widest = lines.reduce((most, line) => Math.max(most, Bun.stringWidth(line)), 1);
    const rows = Math.min(MAX_ROWS, lines.length + 1);
    const cols = Math.min(MAX_COLS, Math.ceil(widest / COLS_STEP) * COLS_STEP);
    if (this.#backend !== undefined && rows <= this.#rows && cols <= this.#cols) {
      return this.#backend;
    }
    this.close();
    this.#rows = Math.max(rows, this.#rows);
    this.#cols = Math.max(cols, this.#cols);
    this.#backend = createTerminalBackend({
      rows: this.#rows,
      cols: this.#cols,
      scrollbackLines: 0,
    });
    return this.#backend;
  }
}
