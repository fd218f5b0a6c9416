import type { Canvas } from "./canvas.ts";
import { formatAge, formatMemory } from "./format.ts";
import type { Area } from "../model/layout.ts";
import { LastResult } from "./last-result.ts";
import { markMatches } from "./mark-matches.ts";
import type { PickerState, Row } from "../model/state.ts";
import { blank, concat, fit, NOTHING, padEnd, padStart, type Styled } from "./styled.ts";
import type { Theme } from "./theme.ts";
import { drawEdit } from "./draw-edit.ts";

/** Columns of the marks in front of a row: cursor and selection. */
const MARKS_COLS = 2;
const INDENT_COLS = 2;
const CLIENTS_COLS = 4;
const FACT_COLS = 5;
/** Marks after a name, as in `web * !`. */
const NAME_MARKS_COLS = 4;
/** A narrower branch is not recognizable. */
const MIN_BRANCH_COLS = 10;
const MAX_BRANCH_COLS = 28;
/** A list that takes longer is announced. */
export const SLOW_LIST_MS = 200;

type SessionRow = Row & { kind: "session" };
type Cursor = { row: number; col: number };

/** Draws the visible rows. @returns the cursor while a name is being edited. */
export function drawList(
  canvas: Canvas,
  area: Area,
  state: PickerState,
  theme: Theme,
): Cursor | undefined {
  if (state.rows.length === 0) {
    canvas.fill(area, emptyLines(state, area, theme));
    return undefined;
  }
  let cursor: Cursor | undefined;
  for (const [at, { line, editCol }] of visibleRows(state, area, theme).entries()) {
    canvas.put(area.top + at, area.left, line);
    if (editCol !== undefined) cursor = { row: area.top + at, col: area.left + editCol };
  }
  return cursor;
}

/** Most frames are drawn because the preview changed, and the list did not. */
const lastRows = new LastResult<DrawnRow[]>();

function visibleRows(state: PickerState, { rows, cols }: Area, theme: Theme): DrawnRow[] {
  // Everything that rows depend on; ages change every second.
  const { sessions, top, cursor, selected, filter, sort, prompt, current } = state;
  const second = Math.floor(state.nowMs / 1000);
  const inputs = [state.rows, sessions, top, cursor, selected, filter, sort, prompt, current];
  return lastRows.of([...inputs, second, rows, cols, theme], () => {
    const branchCols = branchColumns(state, cols);
    return state.rows
      .slice(top, top + Math.max(0, rows))
      .map((row, at) =>
        drawRow(row, { state, theme, cols, branchCols, isAtCursor: top + at === cursor }),
      );
  });
}

interface RowContext {
  state: PickerState;
  theme: Theme;
  cols: number;
  branchCols: number;
  isAtCursor: boolean;
}

interface DrawnRow {
  line: Styled;
  /** Column of the cursor in a name that is being edited. */
  editCol?: number;
}

function drawRow(row: Row, context: RowContext): DrawnRow {
  const { theme, isAtCursor, state } = context;
  const bar = isAtCursor ? theme.accent(fit("▌", 1)) : blank(1);
  if (row.kind === "group") {
    const members = state.sessions.filter(({ repo }) => repo === row.repo);
    const isSelected = members.every(({ name }) => state.selected.has(name));
    return { line: concat(bar, check(isSelected, theme), groupText(row, context)) };
  }
  const marks = concat(bar, check(state.selected.has(row.session.name), theme));
  const indent = blank(row.isMember ? INDENT_COLS : 0);
  const start = marks.cols + indent.cols;
  const prompt = state.prompt;
  if (prompt?.kind === "rename" && prompt.name === row.session.name) {
    const edit = drawEdit(prompt.edit, context.cols - start - 1);
    return { line: concat(marks, indent, edit.line), editCol: start + edit.cursorCol };
  }
  const facts = rowFacts(row, context);
  const nameCols = Math.max(0, context.cols - start - facts.cols);
  return {
    line: concat(marks, indent, padEnd(nameOf(row, nameCols - 1, context), nameCols), facts),
  };
}

function check(isSelected: boolean, theme: Theme): Styled {
  return isSelected ? theme.accent(fit("✓", 1)) : blank(1);
}

function groupText(row: Row & { kind: "group" }, { theme, cols, isAtCursor }: RowContext): Styled {
  const count = ` (${row.count})`;
  const name = fit(`${row.isFolded ? "▸" : "▾"} ${row.repo}`, cols - MARKS_COLS - count.length);
  return concat(isAtCursor ? theme.strong(name) : name, theme.dim(fit(count, count.length)));
}

function nameOf(row: SessionRow, cols: number, context: RowContext): Styled {
  const { theme, state, isAtCursor } = context;
  const { session, matches } = row;
  const isCurrent = session.name === state.current;
  const suffix = isCurrent ? theme.accent(fit(" *", 2)) : NOTHING;
  const alert = session.needsAttention ? theme.attention(fit(" !", 2)) : NOTHING;
  const text = fit(session.name, cols - suffix.cols - alert.cols);
  const paint = !session.isReachable ? theme.dim : isAtCursor ? theme.strong : undefined;
  return concat(markMatches(text, matches?.name, theme, paint), suffix, alert);
}

/** Clients, age (or memory) and branch, in columns. */
function rowFacts(row: SessionRow, { theme, state, branchCols }: RowContext): Styled {
  const { session } = row;
  if (!session.isReachable) {
    return theme.dim(padEnd(fit("not answering", 14), CLIENTS_COLS + FACT_COLS + branchCols));
  }
  const { clients } = session;
  const dot = fit(clients > 0 ? `●${clients > 1 ? clients : ""}` : "○", CLIENTS_COLS);
  const fact =
    state.sort === "memory"
      ? formatMemory(session.memory)
      : formatAge(session.createdAt, state.nowMs);
  const age = padStart(theme.dim(fit(fact, FACT_COLS - 1)), FACT_COLS - 1);
  const branch = branchCols === 0 ? NOTHING : placeOf(row, branchCols - 2, theme);
  return concat(
    padEnd(clients > 0 ? theme.accent(dot) : theme.dim(dot), CLIENTS_COLS),
    age,
    blank(1),
    padEnd(concat(blank(branchCols === 0 ? 0 : 1), branch), branchCols),
  );
}

/** Branch, with the repository unless a header names it; the directory if only that matched. */
function placeOf({ session, isMember, matches }: SessionRow, cols: number, theme: Theme): Styled {
  if (matches?.startedIn !== undefined && matches.branch === undefined) {
    return markMatches(fit(session.startedIn, cols), matches.startedIn, theme, theme.dim);
  }
  if (isMember || session.repo === "") {
    return markMatches(fit(session.branch, cols), matches?.branch, theme, theme.dim);
  }
  const repo = markMatches(fit(session.repo, cols), matches?.repo, theme, theme.dim);
  const left = cols - repo.cols - 3;
  if (left < 2 || session.branch === "") return repo;
  const branch = markMatches(fit(session.branch, left), matches?.branch, theme, theme.dim);
  return concat(repo, theme.dim(fit(" · ", 3)), branch);
}

/** The columns that names leave: a cut name is worse than a missing branch. */
function branchColumns(state: PickerState, cols: number): number {
  const { sessions, filter } = state;
  const hasPlaces = sessions.some(({ repo, branch }) => repo !== "" || branch !== "");
  if (!hasPlaces && filter.text === "") return 0;
  const room = cols - MARKS_COLS - CLIENTS_COLS - FACT_COLS;
  const longest = sessions.reduce((most, { name }) => Math.max(most, Bun.stringWidth(name)), 0);
  // One very long name must not hide all branches.
  const names = Math.min(longest + INDENT_COLS + NAME_MARKS_COLS, Math.floor(room * 0.7));
  const left = Math.min(MAX_BRANCH_COLS, room - names);
  return left < MIN_BRANCH_COLS ? 0 : left;
}

function emptyLines(state: PickerState, area: Area, theme: Theme): Styled[] {
  const message = (text: string): Styled =>
    concat(blank(MARKS_COLS), fit(text, area.cols - MARKS_COLS));
  if (!state.isLoaded) {
    // Usually the list arrives before anyone could read this.
    const isSlow = state.nowMs - state.startedMs >= SLOW_LIST_MS;
    return isSlow ? [theme.dim(message("Loading sessions …"))] : [];
  }
  if (state.sessions.length > 0) return [theme.dim(message("No matches."))];
  const key = state.keymap.new_session[0];
  const byKey = key === undefined ? [] : [theme.dim(message(`Press ${key} to create one, or run`))];
  return [message("No sessions yet."), ...byKey, theme.dim(message("'tsm new NAME' in a shell."))];
}
