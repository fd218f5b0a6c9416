import type { Canvas } from "./canvas.ts";
import { formatTime } from "./format.ts";
import type { Area } from "../model/layout.ts";
import type { PickerState, Prompt } from "../model/state.ts";
import { blank, concat, fit, NOTHING, type Styled } from "./styled.ts";
import type { Theme } from "./theme.ts";
import { drawEdit } from "./draw-edit.ts";

const MARGIN_COLS = 2;

/**
 * The last entries of the log. A question or an error takes the last line.
 * @returns the cursor while a question is being answered there.
 */
export function drawLog(
  canvas: Canvas,
  area: Area,
  state: PickerState,
  theme: Theme,
): { row: number; col: number } | undefined {
  const cols = area.cols - MARGIN_COLS;
  const question = state.prompt === undefined ? undefined : ask(state.prompt, state, cols, theme);
  const error = state.error === undefined ? undefined : theme.error(fit(state.error, cols));
  // An error about the answer is above the question if there is a line for it.
  const last = [error, question?.line].filter((line) => line !== undefined).slice(-area.rows);
  const entries = logLines(state, area.rows - last.length, cols, theme);
  const lines = [...entries, ...last];
  if (area.rows === 1 && error !== undefined) lines.splice(0, lines.length, error);
  for (const [at, line] of lines.entries()) {
    canvas.put(area.top + at, area.left, concat(blank(MARGIN_COLS), line));
  }
  if (question?.cursorCol === undefined) return undefined;
  const row = area.top + lines.length - 1;
  return { row, col: area.left + MARGIN_COLS + question.cursorCol };
}

/** The newest entry is last; unused lines above are empty. */
function logLines(state: PickerState, rows: number, cols: number, theme: Theme): Styled[] {
  if (rows <= 0) return [];
  const end = state.log.length - state.logScroll;
  const shown = state.log.slice(Math.max(0, end - rows), Math.max(0, end));
  const lines = shown.map(({ atMs, text }) => theme.dim(fit(`${formatTime(atMs)} ${text}`, cols)));
  return [...Array.from({ length: rows - lines.length }, () => NOTHING), ...lines];
}

interface Question {
  line: Styled;
  cursorCol?: number;
}

function ask(prompt: Prompt, state: PickerState, cols: number, theme: Theme): Question | undefined {
  switch (prompt.kind) {
    case "rename":
      return undefined; // edited in its row
    case "kill": {
      const isHere = state.current !== undefined && prompt.names.includes(state.current);
      const here = isHere ? " (you are in it)" : "";
      const [first = ""] = prompt.names;
      const what = prompt.names.length === 1 ? first : `${prompt.names.length} sessions`;
      const end = `${here}? y/n`;
      const name = fit(what, Math.max(1, cols - 5 - end.length));
      const line = concat(fit("kill ", cols), name, fit(end, cols - 5 - name.cols));
      return { line: theme.attention(line) };
    }
    case "new-name":
      return askLine("new session: ", prompt, cols, theme);
    case "new-directory":
      return askLine("directory: ", prompt, cols, theme);
  }
}

function askLine(
  label: string,
  prompt: Exclude<Prompt, { kind: "kill" }>,
  cols: number,
  theme: Theme,
): Question {
  const shown = fit(label, cols);
  const edit = drawEdit(prompt.edit, cols - shown.cols);
  return {
    line: concat(theme.accent(shown), edit.line),
    cursorCol: shown.cols + edit.cursorCol,
  };
}
