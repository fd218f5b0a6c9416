import { Canvas, type Frame } from "./canvas.ts";
import { layoutOf } from "../model/layout.ts";
import type { PickerState } from "../model/state.ts";
import type { Theme } from "./theme.ts";
import { drawAgent, drawFacts } from "./draw-facts.ts";
import { drawHead } from "./draw-head.ts";
import { drawHelp } from "./draw-help.ts";
import { drawList } from "./draw-list.ts";
import { drawLog } from "./draw-log.ts";
import { drawPreview } from "./draw-preview.ts";

/** The whole screen for a state. Pure. */
export function drawFrame(state: PickerState, theme: Theme): Frame {
  const canvas = new Canvas(state.size);
  const layout = layoutOf(state);
  // From left to right: the canvas requires that order within a line.
  const inHead = drawHead(canvas, layout.head, state, theme);
  const inList = drawList(canvas, layout.list, state, theme);
  if (layout.preview !== undefined) drawPreview(canvas, layout.preview, state, theme);
  if (layout.facts !== undefined) drawFacts(canvas, layout.facts, state, theme);
  if (layout.agent !== undefined) drawAgent(canvas, layout.agent, state, theme);
  const inLog = drawLog(canvas, layout.log, state, theme);
  if (layout.help !== undefined) drawHelp(canvas, layout.help, state, theme);
  const cursor = inLog ?? inList ?? inHead;
  return { lines: canvas.finish(), cursor: isOnScreen(cursor, state.size) ? cursor : undefined };
}

/** On a very narrow screen there may be no room after the text. */
function isOnScreen(cursor: Frame["cursor"], { rows, cols }: PickerState["size"]): boolean {
  return cursor !== undefined && cursor.row < rows && cursor.col < cols;
}
