import { dropInvisible } from "../../base/harmless-text.ts";
import { createTerminalBackend } from "../../terminal/xterm-backend.ts";
import type { TerminalBackend } from "../../terminal/backend.ts";

/** More than a screen can hold; the rest is not shown. */
const MAX_BYTES = 512 << 10;
const MAX_ROWS = 300;
const MAX_COLS = 600;
/** Widths grow in steps, so that a slightly longer line does not need a new model. */
const COLS_STEP = 40;
const RESET = Buffer.from("\x1bc");
/** Styles (SGR) and line ends, as a daemon draws them from its cells. */
const STYLES_AND_LINE_ENDS = /\x1b\[[\d;:]*m|\r\n/g;
const CONTROLS = /[\x00-\x1f\x7f-\x9f]/;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Converts a session's text to lines. Text that contains anything but characters, styles (SGR) and
 * line ends is drawn in a terminal model and read back from its cells, so the result never contains
 * anything else. Its creator closes it.
 */
export class PreviewScreen {
  #backend: TerminalBackend | undefined;
  #rows = 0;
  #cols = 0;

  /** Styled lines; a style ends with its line. */
  read(bytes: Uint8Array): { lines: string[]; cols: number } {
    const shown = bytes.subarray(0, MAX_BYTES);
    const text = decoder.decode(shown);
    const isPlain = !CONTROLS.test(text.replace(STYLES_AND_LINE_ENDS, ""));
    const clean = isPlain ? text : this.#draw(shown);
    const lines = clean === "" ? [] : clean.split("\r\n", MAX_ROWS).map(dropInvisible);
    return { lines, cols: lines.reduce((most, line) => Math.max(most, Bun.stringWidth(line)), 0) };
  }

  close(): void {
    this.#backend?.close();
    this.#backend = undefined;
  }

  #draw(bytes: Uint8Array): string {
    const backend = this.#sized(bytes);
    backend.consume(RESET);
    backend.consume(bytes);
    return decoder.decode(backend.preview());
  }

  /** The size of the original screen is unknown, so the model is as large as the text needs. */
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
