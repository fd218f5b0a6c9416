import { showGoal, showValue, showVerdict, type Row } from "./row.ts";
import { TOOL_NAMES, type ToolName } from "./tools.ts";

const TITLES: Record<ToolName, string> = {
  tsm: "tsm",
  bare: "bare",
  dtach: "dtach",
  tmux: "tmux",
  screen: "screen",
};

/** Cells of the table, header first: goal, figure, then the other tools. */
export function tableCells(rows: readonly Row[], tools: readonly ToolName[]): string[][] {
  const shown = TOOL_NAMES.filter((name) => tools.includes(name) && name !== "tsm");
  const head = ["", "goal", "tsm", "", ...shown.map((name) => TITLES[name])];
  const body = rows.map((row) => [
    row.what,
    showGoal(row),
    showValue(row.values.tsm, row.unit),
    showVerdict(row),
    ...shown.map((name) => showValue(row.values[name], row.unit)),
  ]);
  return [head, ...body];
}

/** The table in columns, for a terminal. */
export function alignTable(cells: readonly string[][]): string {
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => Bun.stringWidth(row[column] ?? ""))),
  );
  const pad = (cell: string, column: number): string => {
    const gap = " ".repeat((widths[column] ?? 0) - Bun.stringWidth(cell));
    return column === 0 || column === 3 ? cell + gap : gap + cell;
  };
  return cells.map((row) => `${row.map(pad).join("  ").trimEnd()}\n`).join("");
}

/** The same table in Markdown. */
export function markdownTable(cells: readonly string[][]): string {
  const [head = [], ...body] = cells;
  const rule = head.map((_, column) => (column === 0 || column === 3 ? "---" : "---:"));
  return [head, rule, ...body].map((row) => `| ${row.join(" | ")} |\n`).join("");
}
