/** The process table as Linux shows it in /proc. */
import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { uptime } from "node:os";

import { hasEnded, numbersIn, readProcLink, readProcText, readStat } from "./proc-files.ts";
import { ifAccessible } from "../../base/system-access.ts";
import type { Process, ProcessTable } from "./process.ts";

/** A command line may be megabytes long; its beginning identifies it. */
const MAX_ARGV_BYTES = 4096;

/** Reads spent on following trees before a full scan is considered. */
const MIN_TREE_READS = 300;

/**
 * The given processes and their descendants, found through the kernel's lists of children: on a
 * machine with thousands of processes, a fraction of a scan. All processes without `roots`, where the
 * kernel keeps no such lists (CONFIG_PROC_CHILDREN), or where the trees are most of the machine.
 */
export function readProcesses(roots: readonly number[] | undefined): ProcessTable {
  const found: Found = { clock: readClock(), processes: new Map(), children: new Map() };
  if (roots === undefined || !followTrees(found, roots)) scanAll(found);
  return {
    get: (pid) => found.processes.get(pid),
    childrenOf: (pid) => found.children.get(pid) ?? [],
    argv: readArgv,
    cwd: (pid) => readProcLink(`/proc/${pid}/cwd`) ?? "",
  };
}

interface Found {
  clock: Clock;
  processes: Map<number, Process>;
  children: Map<number, number[]>;
}

/** False when a full scan is cheaper; everything read so far remains valid. */
function followTrees(found: Found, roots: readonly number[]): boolean {
  if (!existsSync(`/proc/self/task/${process.pid}/children`)) return false;
  const toVisit = new Set(roots);
  let reads = 0;
  let maxReads = MIN_TREE_READS;
  for (const pid of toVisit) {
    const stat = readRunning(pid, found.clock);
    if (stat === undefined) continue;
    found.processes.set(pid, stat.process);
    reads += 1 + stat.threads;
    if (reads > maxReads && maxReads === MIN_TREE_READS) maxReads = numbersIn("/proc").length / 2;
    if (reads > maxReads) return false;
    const children = readChildren(pid, stat.threads);
    found.children.set(pid, children);
    for (const child of children) toVisit.add(child);
  }
  return true;
}

function scanAll({ clock, processes, children }: Found): void {
  children.clear();
  for (const pid of numbersIn("/proc")) {
    const process = processes.get(pid) ?? readRunning(pid, clock)?.process;
    if (process === undefined) continue;
    processes.set(pid, process);
    const siblings = children.get(process.parent);
    if (siblings === undefined) children.set(process.parent, [pid]);
    else siblings.push(pid);
  }
}

/** Children are listed by the thread that forked them: proc_pid_task(5). */
function readChildren(pid: number, threads: number): number[] {
  const ids = threads > 1 ? numbersIn(`/proc/${pid}/task`) : [pid];
  return ids
    .flatMap((id) => (readProcText(`/proc/${pid}/task/${id}/children`) ?? "").match(/\d+/g) ?? [])
    .map(Number);
}

interface Running {
  process: Process;
  threads: number;
}

/** Undefined for a process that has ended, reaped or not. */
function readRunning(pid: number, clock: Clock): Running | undefined {
  const stat = readStat(pid);
  if (stat === undefined || hasEnded(stat)) return undefined;
  const { name, parent, group, sessionId, foregroundGroup, threads } = stat;
  const rssBytes = stat.rssPages * clock.pageBytes;
  const startSeconds = stat.startTicks / clock.ticksPerSecond;
  const ageSeconds = Math.max(0, clock.uptimeSeconds - startSeconds);
  const process = { pid, parent, group, sessionId, foregroundGroup, name, rssBytes, ageSeconds };
  return { process, threads };
}

interface Clock {
  uptimeSeconds: number;
  ticksPerSecond: number;
  pageBytes: number;
}

/** Entries of the auxiliary vector that the kernel passes to every program: getauxval(3). */
const AT_PAGESZ = 6n;
const AT_CLKTCK = 17n;

function readClock(): Clock {
  const clock = { uptimeSeconds: uptime(), ticksPerSecond: 100, pageBytes: 4096 };
  // EACCES under some sandboxes: the values above are those of nearly every machine.
  const vector = ifAccessible(() => readFileSync("/proc/self/auxv")) ?? Buffer.alloc(0);
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    const value = Number(vector.readBigUInt64LE(at + 8));
    if (vector.readBigUInt64LE(at) === AT_PAGESZ) clock.pageBytes = value;
    if (vector.readBigUInt64LE(at) === AT_CLKTCK) clock.ticksPerSecond = value;
  }
  return clock;
}

function readArgv(pid: number): string[] {
  const text = ifAccessible(() => readStart(`/proc/${pid}/cmdline`, MAX_ARGV_BYTES)) ?? "";
  if (text === "") return []; // a kernel thread, ended, or another user's
  // Each argument ends with NUL; a process that rewrote them (a title) may leave many behind.
  return text.replace(/\0+$/, "").split("\0");
}

function readStart(path: string, maxBytes: number): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(maxBytes);
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, maxBytes, null));
  } finally {
    closeSync(file);
  }
}
