import { readProcesses } from "./proc-files.ts";
import { parseProcesses, psText } from "./ps-output.ts";

/** One process as the kernel tells it. */
export interface Process {
  pid: number;
  parent: number;
  /** Id of its session in the kernel's sense (setsid); 0 where the system does not tell. */
  sessionId: number;
  group: number;
  /** The process group that its terminal's keys go to; not positive without a terminal. */
  foregroundGroup: number;
  /** Base name of the program; Linux keeps 15 bytes of it, and a process may change it. */
  name: string;
  rssBytes: number;
  /** Seconds since the process started. */
  ageSeconds: number;
}

/** The processes of one moment. What costs a read of its own is asked for lazily. */
export interface ProcessTable {
  get(pid: number): Process | undefined;
  childrenOf(pid: number): readonly number[];
  /** The command line, its first 4 KiB; empty for another user's process or one that has ended. */
  argv(pid: number): readonly string[];
  /** The working directory, exactly as it is; empty where the system does not tell. */
  cwd(pid: number): string;
}

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
