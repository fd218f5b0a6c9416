import { blankLine } from "./line-cells.ts";
import type { Line, XtermCore } from "./xterm-core.ts";

/** Rows of a larger screen are not kept while the alternate screen is not shown. */
const MAX_KEPT_CELLS = 100_000;

/**
 * Lets the alternate screen reuse its rows. xterm makes new ones each time it is entered, which some
 * programs do thousands of times a second.
 */
export function keepAlternateRows(core: XtermCore): void {
  const { alt } = core._bufferService.buffers;
  let kept: Line[] = [];
  alt.clear = () => {
    const cells = alt.lines.length * core.cols;
    kept = cells > MAX_KEPT_CELLS ? [] : rowsOf(alt.lines);
    alt.lines.length = 0;
    alt.x = 0;
    alt.y = 0;
    alt.ybase = 0;
    alt.ydisp = 0;
    alt.scrollTop = 0;
    alt.scrollBottom = core.rows - 1;
    alt.setupTabStops();
  };
  alt.fillViewportRows = (pen) => {
    if (alt.lines.length > 0) return;
    alt.lines.maxLength = core.rows;
    for (let row = 0; row < core.rows; row++) {
      const line = kept[row];
      if (line?.length !== core.cols) {
        alt.lines.push(alt.getBlankLine(pen));
        continue;
      }
      blankLine(line, pen.bg);
      alt.lines.push(line);
    }
    kept = [];
  };
}

function rowsOf(lines: { length: number; get(index: number): Line | undefined }): Line[] {
  return Array.from({ length: lines.length }, (_, row) => lines.get(row)).filter(
    (line) => line !== undefined,
  );
}
