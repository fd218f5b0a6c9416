import type { Process, ProcessTable } from "../system/processes/process.ts";
import { processTree } from "../system/processes/process-table.ts";
import { oneLine } from "./one-line.ts";

/** The known facts about a session's processes. Unknown numbers are 0, unknown texts empty. */
export interface ProcessFacts {
  /** Resident memory of the process and all its descendants, in bytes. */
  memory: number;
  /** Seconds since the process started. */
  uptime: number;
  /** Command line of the foreground process group's leader, on one line. */
  foregroundCommand: string;
  /** The leader's working directory, unescaped: not safe to print. Empty except on Linux. */
  foregroundDir: string;
}

const COMMAND_COLUMNS = 256;

/** The facts about a session's process `pid` and all its descendants. */
export function processFacts(table: ProcessTable, pid: number): ProcessFacts {
  const tree = processTree(table, pid);
  const foreground = foregroundProcess(tree);
  return {
    memory: tree.reduce((sum, process) => sum + process.rssBytes, 0),
    uptime: Math.floor(tree[0]?.ageSeconds ?? 0),
    foregroundCommand: foreground === undefined ? "" : commandLine(table, foreground),
    foregroundDir: foreground === undefined ? "" : table.cwd(foreground.pid),
  };
}

/**
 * The leader of the foreground process group of the root's terminal; when the leader (the first
 * process of a pipeline) has ended, another process of the group; without a terminal, the root.
 */
function foregroundProcess(tree: readonly Process[]): Process | undefined {
  const [root] = tree;
  const group = root?.foregroundGroup ?? 0;
  return (
    tree.find(({ pid }) => pid === group) ?? tree.find((process) => process.group === group) ?? root
  );
}

function commandLine(table: ProcessTable, process: Process): string {
  return oneLine(table.argv(process.pid).join(" "), COMMAND_COLUMNS) || oneLine(process.name, 64);
}
