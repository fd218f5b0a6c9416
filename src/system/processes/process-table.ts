import type { Process, ProcessTable } from "./process.ts";
import { readProcesses } from "./proc-table.ts";
import { parseProcesses, psText } from "./ps.ts";

/** More processes than this below one session are not followed. */
const MAX_TREE = 4096;

/**
 * Reads the process table once: /proc on Linux, one `ps` elsewhere. With `roots`, only what is
 * needed to tell of these processes and their descendants may be read. Never throws; what cannot be
 * read is not in it.
 */
export function readProcessTable(roots?: readonly number[]): ProcessTable {
  return process.platform === "linux" ? readProcesses(roots) : parseProcesses(psText());
}

/** A process and its descendants, nearest first; empty when it does not run. */
export function processTree(table: ProcessTable, root: number): Process[] {
  const tree: Process[] = [];
  const seen = new Set([root]);
  for (const pid of seen) {
    const process = table.get(pid);
    if (process === undefined) continue;
    tree.push(process);
    // A set is walked in order of insertion, also what is inserted on the way: breadth first.
    for (const child of table.childrenOf(pid)) if (seen.size < MAX_TREE) seen.add(child);
  }
  return tree;
}
