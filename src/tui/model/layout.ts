import { clamp } from "./clamp.ts";
import type { PickerState } from "./state.ts";

/** A rectangle of the screen, in cells, counted from 0. */
export interface Area {
  top: number;
  left: number;
  rows: number;
  cols: number;
}

/** Where everything is drawn. Areas that do not fit are absent, or have no rows. */
export interface Layout {
  head: Area;
  list: Area;
  preview: Area | undefined;
  facts: Area | undefined;
  /** One line about the agent of the session under the cursor. */
  agent: Area | undefined;
  /** Its last line also shows questions and errors. */
  log: Area;
  help: Area | undefined;
}

/** From this width on the preview is beside the list. */
const WIDE_COLS = 80;
const MIN_LIST_COLS = 36;
const MAX_LIST_COLS = 64;
const PANE_GAP_COLS = 2;
const FACTS_ROWS = 5;
const MIN_BODY_ROWS_FOR_FACTS = 12;
const MIN_BODY_ROWS_FOR_STACK = 14;
const MAX_PALETTE_COLS = 76;
const MAX_PALETTE_ROWS = 14;
/** Smaller screens have no room for blank lines. */
const AIRY_ROWS = 14;

/** Places everything for the size and the mode. */
export function layoutOf({
  size,
  mode,
  showHelp,
}: Pick<PickerState, "size" | "mode" | "showHelp">): Layout {
  return mode === "simplified" ? palette(size, showHelp) : full(size, showHelp);
}

type Size = PickerState["size"];

function full({ rows, cols }: Size, showHelp: boolean): Layout {
  const air = rows >= AIRY_ROWS ? 1 : 0;
  const helpRows = showHelp && rows >= 6 ? 1 : 0;
  const logRows = rows >= 36 ? 4 : rows >= 24 ? 3 : rows >= AIRY_ROWS ? 2 : 1;
  const help = helpRows === 0 ? undefined : line(rows - 1, 0, cols);
  const log = { top: rows - helpRows - logRows, left: 0, rows: logRows, cols };
  const top = 1 + air;
  const body = { top, left: 0, rows: Math.max(0, log.top - air - top), cols };
  return { head: line(0, 0, cols), log, help, ...fillBody(body) };
}

type Body = Pick<Layout, "list" | "preview" | "facts" | "agent">;

function fillBody(body: Area): Body {
  if (body.cols >= WIDE_COLS) return sideBySide(body);
  if (body.rows >= MIN_BODY_ROWS_FOR_STACK) return stacked(body);
  const agentRows = body.rows >= 5 ? 1 : 0;
  const list = { ...body, rows: body.rows - agentRows };
  const agent = agentRows === 0 ? undefined : line(body.top + list.rows, 0, body.cols);
  return { list, preview: undefined, facts: undefined, agent };
}

function sideBySide(body: Area): Body {
  const listCols = clamp(Math.round(body.cols * 0.42), MIN_LIST_COLS, MAX_LIST_COLS);
  const list = { ...body, cols: listCols };
  const left = listCols + PANE_GAP_COLS;
  const pane = { ...body, left, cols: body.cols - left - 1 };
  if (body.rows < MIN_BODY_ROWS_FOR_FACTS) {
    const agent = line(body.top + body.rows - 1, left, pane.cols);
    const preview = { ...pane, rows: Math.max(0, body.rows - 1) };
    return { list, preview, facts: undefined, agent };
  }
  const preview = { ...pane, rows: body.rows - FACTS_ROWS - 1 };
  const facts = { ...pane, top: body.top + preview.rows + 1, rows: FACTS_ROWS };
  return { list, preview, facts, agent: undefined };
}

function stacked(body: Area): Body {
  const list = { ...body, rows: Math.ceil(body.rows / 2) };
  const agent = line(body.top + list.rows, 0, body.cols);
  const top = agent.top + 2;
  const preview = { top, left: 1, rows: body.top + body.rows - top, cols: body.cols - 2 };
  return { list, preview, facts: undefined, agent };
}

function palette({ rows, cols }: Size, showHelp: boolean): Layout {
  const isAiry = rows >= AIRY_ROWS;
  const helpRows = showHelp && rows >= 6 ? 1 : 0;
  const agentRows = rows >= 8 ? 1 : 0;
  const fixed = 2 + agentRows + helpRows + (isAiry ? 2 : 0);
  const listRows = clamp(rows - fixed - (isAiry ? 2 : 0), 0, MAX_PALETTE_ROWS);
  const width = Math.min(MAX_PALETTE_COLS, cols - (cols >= 48 ? 4 : 0));
  const left = Math.floor((cols - width) / 2);
  // The eye expects the middle slightly above the real one.
  let top = Math.floor(Math.max(0, rows - fixed - listRows) / 2.5);
  const next = (count: number, after = 0): Area => {
    const area = { top, left, rows: count, cols: width };
    top += count + after;
    return area;
  };
  const head = next(1, isAiry ? 1 : 0);
  const list = next(listRows, isAiry ? 1 : 0);
  const agent = agentRows === 0 ? undefined : next(1);
  const log = next(1);
  const help = helpRows === 0 ? undefined : next(1);
  return { head, list, preview: undefined, facts: undefined, agent, log, help };
}

function line(top: number, left: number, cols: number): Area {
  return { top, left, rows: 1, cols };
}
