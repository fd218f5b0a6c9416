import type { Process, ProcessTable } from "./process.ts";
import { readProcesses } from "./proc-table.ts";
import { parseProcesses, psText } from "./ps.ts";

/** At most this many processes of one session are followed. */
const MAX_TREE = 4096;

/**
 * Reads the process table once: /proc on Linux, one `ps` elsewhere. With `roots`, only what is
 * needed to describe these processes and their descendants may be read. Never throws; unreadable
 * processes are left out.
 */
export function readProcessTable(roots?: readonly number[]): ProcessTable {
  return process.platform === "linux" ? readProcesses(roots) : parseProcesses(psText());
}

/** A process and its descendants, nearest first; empty when it is not running. */
export function processTree(table: ProcessTable, root: number): Process[] {
  const tree: Process[] = [];
  const seen = new Set([root]);
  for (const pid of seen) {
    const process = table.get(pid);
    if (process === undefined) continue;
    tree.push(process);
    // A set is walked in order of insertion, including later insertions: breadth first.
    for (const child of table.childrenOf(pid)) if (seen.size < MAX_TREE) seen.add(child);
  }
  return tree;
}
