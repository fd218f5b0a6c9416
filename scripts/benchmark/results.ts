import type { Machine } from "./machine.ts";
import type { Row } from "./row.ts";
import type { ToolName } from "./tools.ts";

/** One run, as `--json` writes it. */
export interface Results {
  date: string;
  isQuick: boolean;
  machine: Machine;
  versions: Partial<Record<ToolName | "bun", string>>;
  rows: readonly Row[];
}

export function measuredTools({ versions }: Results): ToolName[] {
  return ["bare", ...Object.keys(versions).filter((name) => name !== "bun")] as ToolName[];
}

/** One line with machine, versions and date. */
export function describeRun({ machine, versions, date }: Results): string {
  const { cpu, cores, memoryGB, kernel, system } = machine;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const where = `${cpu}, ${cores} cores, ${memoryGB} GB, ${system}, ${kernel}`;
  return `${where}; ${programs.join(", ")}; ${date}`;
}
