import { isHalved, sliceColumns } from "../../base/columns.ts";
import { makeHarmless } from "../../base/harmless-text.ts";

/** Text with style sequences, and its width in columns. */
export interface Styled {
  text: string;
  cols: number;
}

export const NOTHING: Styled = { text: "", cols: 0 };

const ASCII_ONLY = /^[\x20-\x7e]*$/;
/** Longer text is cut first, so that measuring it costs little. */
const MAX_TEXT_LENGTH = 2048;

/** Untrusted text in at most `cols` columns; `…` replaces the part that is cut off. */
export function fit(text: string, cols: number): Styled {
  if (cols <= 0) return NOTHING;
  const safe = text.length > MAX_TEXT_LENGTH ? text.slice(0, MAX_TEXT_LENGTH) : text;
  if (ASCII_ONLY.test(safe)) {
    return safe.length <= cols
      ? { text: safe, cols: safe.length }
      : { text: `${safe.slice(0, cols - 1)}…`, cols };
  }
  const shown = makeHarmless(safe);
  const width = Bun.stringWidth(shown);
  if (width <= cols) return { text: shown, cols: width };
  const cut = sliceStyled(shown, 0, cols - 1);
  return { text: `${cut.text}…`, cols: cut.cols + 1 };
}

/** As {@link fit}, with the end of the text kept instead of its beginning. */
export function fitEnd(text: string, cols: number): Styled {
  const whole = fit(text, MAX_TEXT_LENGTH);
  if (whole.cols <= cols) return whole;
  if (cols <= 0) return NOTHING;
  const end = sliceStyled(whole.text, whole.cols - cols + 1, whole.cols);
  return { text: `…${end.text}`, cols: end.cols + 1 };
}

/**
 * Columns of a styled line, `end` excluded. A wide character that is cut in half is left out; at
 * the beginning a space replaces its second half.
 */
export function sliceStyled(text: string, start: number, end: number): Styled {
  if (end <= start) return NOTHING;
  const slice = sliceColumns(text, start, end);
  const shown = isHalved(text, start) ? ` ${slice}` : slice;
  return { text: shown, cols: Bun.stringWidth(shown) };
}

export function concat(...parts: readonly Styled[]): Styled {
  let text = "";
  let cols = 0;
  for (const part of parts) {
    text += part.text;
    cols += part.cols;
  }
  return { text, cols };
}

export function blank(cols: number): Styled {
  return cols <= 0 ? NOTHING : { text: " ".repeat(cols), cols };
}

/** Adds spaces on the right. */
export function padEnd(styled: Styled, cols: number): Styled {
  return styled.cols >= cols ? styled : concat(styled, blank(cols - styled.cols));
}

/** Adds spaces on the left. */
export function padStart(styled: Styled, cols: number): Styled {
  return styled.cols >= cols ? styled : concat(blank(cols - styled.cols), styled);
}
