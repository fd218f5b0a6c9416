import type { Area } from "../model/layout.ts";
import type { Styled } from "./styled.ts";

/** Content of the screen. A line looks the same whenever its text is the same, so texts can be compared. */
export interface Frame {
  /** One for each row of the screen; each leaves the pen as it found it. */
  lines: readonly Styled[];
  /** Where the cursor is shown; undefined hides it. Counted from 0. */
  cursor: { row: number; col: number } | undefined;
}

interface Piece {
  col: number;
  styled: Styled;
}

/** Collects pieces of lines; the pieces of a row must be put from left to right. */
export class Canvas {
  readonly #rows: Piece[][];
  readonly #cols: number;

  constructor(size: { rows: number; cols: number }) {
    this.#rows = Array.from({ length: size.rows }, () => []);
    this.#cols = size.cols;
  }

  /** Puts a piece, unless it is outside the screen. */
  put(row: number, col: number, styled: Styled): void {
    if (styled.cols > 0 && col + styled.cols <= this.#cols) {
      this.#rows[row]?.push({ col, styled });
    }
  }

  /** Puts lines into an area, from its top. */
  fill(area: Area, lines: readonly Styled[]): void {
    for (const [at, line] of lines.slice(0, Math.max(0, area.rows)).entries()) {
      this.put(area.top + at, area.left, line);
    }
  }

  finish(): Styled[] {
    return this.#rows.map(joinPieces);
  }
}

/**
 * Every piece but the first is also placed by its column (CHA), not by spaces alone: if the terminal
 * considers a character wider or narrower than we do, only the piece that contains it shifts.
 */
function joinPieces(pieces: readonly Piece[]): Styled {
  let text = "";
  let cols = 0;
  for (const { col, styled } of pieces) {
    const gap = " ".repeat(Math.max(0, col - cols));
    text += text === "" ? gap + styled.text : `${gap}\x1b[${col + 1}G${styled.text}`;
    cols = col + styled.cols;
  }
  return { text, cols };
}
