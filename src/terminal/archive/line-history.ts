import type { HyperlinkMap } from "../state/hyperlinks.ts";
import type { PromptMarks } from "../state/prompt-marks.ts";
import type { RunMark } from "../state/run-mark.ts";
import { lineAt, type Line, type ScreenBuffer } from "../xterm/xterm-core.ts";
import { Archive } from "./archive.ts";

interface HistoryLimits {
  /** Lines above the screen. */
  maxLines: number;
  /** Bytes of the archive. */
  maxBytes: number;
  /** Rows of the terminal model above the screen; without, as many as a memory limit allows. */
  maxRows: number | undefined;
}

/** Data attached to cells and rows, which moves with them. */
interface RowAttachments {
  links: HyperlinkMap;
  marks: PromptMarks;
  runMark: RunMark;
}

/** Enough for a resize to bring rows back to the screen; older lines are in the archive. */
export const MODEL_ROWS = 1000;
/** At twelve bytes each. */
const MAX_MODEL_CELLS = 160_000;
/** After a resize has left too many lines above the screen, each new line drops one extra. */
const MAX_DROPS = 2;

/**
 * The lines above the normal screen: the newest as rows of the terminal model, the rest in the
 * archive. A resize drops none of them; only new lines push old ones out.
 */
export class LineHistory {
  readonly archive: Archive;
  readonly #limits: HistoryLimits;
  readonly #attachments: RowAttachments;
  /** Rows of the model above the screen that begin a line. */
  #modelLines = 0;

  constructor(limits: HistoryLimits, attachments: RowAttachments) {
    this.archive = new Archive(attachments.links);
    this.#limits = limits;
    this.#attachments = attachments;
  }

  /** Lines above the screen. */
  get lineCount(): number {
    return this.archive.lineCount + this.#modelLines;
  }

  /** The number of new lines that push out all present ones. */
  get capacity(): number {
    return Math.max(this.#limits.maxLines, this.lineCount);
  }

  /** Rows that the model keeps above a screen with this many columns. */
  rowsFor(cols: number): number {
    const { maxRows, maxLines } = this.#limits;
    const rows = maxRows ?? Math.min(MODEL_ROWS, Math.floor(MAX_MODEL_CELLS / cols));
    return Math.min(rows, maxLines);
  }

  /**
   * Call before the screen's first row moves above the screen.
   * @param isWrapped whether the new row at the bottom continues the last one.
   */
  noteScroll(buffer: ScreenBuffer, cols: number, isWrapped: boolean): void {
    const isNewLine = !lineAt(buffer, buffer.ybase).isWrapped;
    if (isNewLine) this.#modelLines++;
    if (buffer.lines.length === buffer.lines.maxLength) {
      const line = lineAt(buffer, 0);
      if (!line.isWrapped) this.#modelLines--;
      const next = buffer.lines.length > 1 ? lineAt(buffer, 1) : undefined;
      const goesOn = next === undefined ? isWrapped && "unseen" : next.isWrapped && next;
      this.addRow(line, goesOn || undefined, cols, this.#attachments.runMark.row() === 0);
      this.#dropBytes();
    }
    if (isNewLine) this.#dropLines();
  }

  /** Moves the model's first row into the archive. `next` is the row that continues its line. */
  addRow(line: Line, next: Line | "unseen" | undefined, cols: number, beginsRun: boolean): void {
    const { marks, runMark } = this.#attachments;
    this.archive.addRow(line, next, marks.of(line), cols);
    if (beginsRun) runMark.leave(this.archive.lastLine);
  }

  /** Call when the rows above the screen have changed. */
  recount(buffer: ScreenBuffer): void {
    this.#modelLines = 0;
    for (let y = 0; y < buffer.ybase; y++) {
      if (!lineAt(buffer, y).isWrapped) this.#modelLines++;
    }
  }

  clear(): void {
    this.archive.clear();
    this.#modelLines = 0;
  }

  #dropLines(): void {
    for (let i = 0; i < MAX_DROPS && this.lineCount > this.#limits.maxLines; i++) {
      this.archive.dropLine();
    }
  }

  #dropBytes(): void {
    while (this.archive.byteLength > this.#limits.maxBytes && this.archive.dropPart()) {
      // Until the archive is small enough.
    }
  }
}
