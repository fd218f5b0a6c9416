import type { Area } from "../model/layout.ts";
import type { Styled } from "./styled.ts";

/** What the screen shall show. A line is a function of nothing but its text, so texts compare. */
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

/** Collects pieces of lines; pieces of a row are put from left to right. */
export class Canvas {
  readonly #rows: Piece[][];
  readonly #cols: number;

  constructor(size: { rows: number; cols: number }) {
    this.#rows = Array.from({ length: size.rows }, () => []);
    this.#cols = size.cols;
  }

  /** Puts a piece; one outside the screen is left out. */
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
 * Behind the first piece each is placed by its column (CHA), not by blanks alone: a terminal that
 * takes a character for wider or narrower than we do then shifts nothing but the piece it is in.
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
