import { concat, type Styled } from "./styled.ts";
import type { Paint, Theme } from "./theme.ts";

/**
 * Text with the matched letters marked.
 * @param offsets UTF-16 offsets into the text; those that were cut off are ignored.
 * @param paint look of the letters that did not match.
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
    // The columns are those of the whole; a run has none of its own.
    if (run !== "") runs.push((isMarked ? theme.mark : paint)({ text: run, cols: 0 }));
    run = "";
  };
  // The `…` in place of what was cut off is no letter of the text.
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
