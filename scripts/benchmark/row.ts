import type { ToolName } from "./tools.ts";

/** One line of the table: one figure of each measured program. */
export interface Row {
  what: string;
  unit: Unit;
  values: Partial<Record<ToolName, number>>;
  /** The goal of tsm. */
  goal?: { is: "at most" | "at least"; limit: number };
}

/** MB are 10⁶ bytes. `x` is the time as a multiple of the bare terminal's in the same round. */
export type Unit = "x" | "ms" | "MB" | "MB/s" | "%" | "ticks" | "% CPU";

const DECIMALS: Record<Unit, number> = {
  x: 2,
  ms: 2,
  MB: 1,
  "MB/s": 1,
  "%": 0,
  ticks: 0,
  "% CPU": 2,
};

/** Whether tsm reaches the goal; undefined without a goal or a figure. */
export function isReached({ goal, values: { tsm } }: Row): boolean | undefined {
  if (goal === undefined || tsm === undefined) return undefined;
  if (Number.isNaN(tsm)) return false;
  return goal.is === "at most" ? tsm <= goal.limit : tsm >= goal.limit;
}

export function showValue(value: number | undefined, unit: Unit): string {
  if (value === undefined) return "";
  if (Number.isNaN(value)) return "?";
  const decimals = unit === "ms" && value >= 10 ? 1 : DECIMALS[unit];
  return `${value.toFixed(decimals)}${unit === "x" ? "×" : ` ${unit}`}`;
}

export function showGoal({ goal, unit }: Row): string {
  if (goal === undefined) return "";
  const sign = goal.is === "at most" ? "≤" : "≥";
  return `${sign} ${goal.limit}${unit === "x" ? "×" : ` ${unit}`}`;
}

export function showVerdict(row: Row): string {
  const reached = isReached(row);
  if (reached === undefined) return "";
  return reached ? "✓" : "missed";
}
