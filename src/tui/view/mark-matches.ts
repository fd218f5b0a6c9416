import { concat, type Styled } from "./styled.ts";
import type { Paint, Theme } from "./theme.ts";

/**
 * Text with the matched letters marked.
 * @param offsets UTF-16 offsets into the text; offsets past a cut are ignored.
 * @param paint style of the letters that did not match.
 */
export function markMatches(
  plain: Styled,
  offsets: ReadonlySet<number> | undefined,
  theme: Theme,
  paint: Paint = (styled) => styled,
): Styled {
  if (offsets === undefined || offsets.size === 0) return paint(plain);
  const runs: Styled[] = [];
  let run = "";
  let isMarked = false;
  const flush = (): void => {
    // Columns are counted for the whole text, not for a run.
    if (run !== "") runs.push((isMarked ? theme.mark : paint)({ text: run, cols: 0 }));
    run = "";
  };
  // A `…` that replaces the cut part is not a letter of the text.
  const end = plain.text.endsWith("…") ? plain.text.length - 1 : plain.text.length;
  let at = 0;
  for (const character of plain.text) {
    const isHit = at < end && offsets.has(at);
    if (isHit !== isMarked) flush();
    isMarked = isHit;
    run += character;
    at += character.length;
  }
  flush();
  return { text: concat(...runs).text, cols: plain.cols };
}
