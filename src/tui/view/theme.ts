import type { ColorDepth } from "./color-depth.ts";
import type { Styled } from "./styled.ts";

export type Paint = (styled: Styled) => Styled;

/** Styles by meaning. There is one accent colour; other text has the terminal's own foreground. */
export interface Theme {
  depth: ColorDepth;
  accent: Paint;
  strong: Paint;
  dim: Paint;
  /** Letters that the filter matched. */
  mark: Paint;
  attention: Paint;
  error: Paint;
}

/**
 * The accent is a blue of medium lightness: its contrast is 4:1 or better against white and black.
 * In the 16-colour palette, where blue is too dark in many terminals, magenta reads best on both.
 */
const ACCENT = { none: "1", "16": "35", "256": "38;5;32", rgb: "38;5;32" } as const;
/** Amber and red of medium lightness, for the same reason. */
const ATTENTION = { none: "1", "16": "33", "256": "38;5;172", rgb: "38;5;172" } as const;
const ERROR = { none: "1", "16": "31", "256": "38;5;167", rgb: "38;5;167" } as const;

export function themeOf(depth: ColorDepth): Theme {
  return {
    depth,
    accent: painter(ACCENT[depth]),
    strong: painter("1"),
    dim: painter("2"),
    mark: painter(depth === "none" ? "1;4" : `1;4;${ACCENT[depth]}`),
    attention: painter(ATTENTION[depth]),
    error: painter(ERROR[depth]),
  };
}

function painter(sgr: string): Paint {
  return (styled) =>
    styled.text === "" ? styled : { text: `\x1b[${sgr}m${styled.text}\x1b[m`, cols: styled.cols };
}
