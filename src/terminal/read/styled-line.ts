import type { Hyperlink } from "../state/hyperlinks.ts";
import type { PenWords } from "../snapshot/pen-writer.ts";
import { isVisibleOnBlank } from "../xterm/visible-length.ts";

/** Text of neighbouring cells with the same style. No control characters. */
export interface StyledRun {
  text: string;
  pen: PenWords;
  link: Hyperlink | undefined;
}

/** A line as runs, without invisible trailing blanks; empty for an empty line. */
export type StyledLine = readonly StyledRun[];

/** Removes invisible blanks from the end of a line. */
export function dropInvisibleEnd(runs: StyledRun[]): void {
  for (let last = runs.at(-1); last !== undefined; last = runs.at(-1)) {
    if (!last.text.endsWith(" ") || isVisibleOnBlank(last.pen)) return;
    last.text = last.text.replace(/ +$/, "");
    if (last.text !== "") return;
    runs.pop();
  }
}

/** The line without its styles and trailing blanks. */
export function plainLine(line: StyledLine): string {
  const [first] = line;
  const text = line.length === 1 && first ? first.text : line.map((run) => run.text).join("");
  return text.endsWith(" ") ? text.replace(/ +$/, "") : text;
}

/** Plain lines up to the last non-empty one. */
export function plainLines(lines: readonly StyledLine[]): string[] {
  const plain = lines.map(plainLine);
  return plain.slice(0, plain.findLastIndex((text) => text !== "") + 1);
}
