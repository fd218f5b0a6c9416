import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
} from "node:fs";
import { uptime } from "node:os";

import { errnoOf } from "../../base/errors.ts";
import type { Process, ProcessTable } from "./process.ts";

/** A command line may be megabytes long; its beginning tells what it is. */
const MAX_ARGV_BYTES = 4096;

/** Reads that are spent on following trees before a scan of everything is thought of. */
const MIN_TREE_READS = 300;

/**
 * The given processes and their descendants, found through the kernel's lists of children: on a
 * machine with thousands of processes a fraction of a scan. All processes without `roots`, where the
 * kernel keeps no such lists (CONFIG_PROC_CHILDREN), or where the trees are most of the machine.
 */
export function readProcesses(roots: readonly number[] | undefined): ProcessTable {
  const found: Found = { clock: readClock(), processes: new Map(), children: new Map() };
  if (roots === undefined || !followTrees(found, roots)) scanAll(found);
  return {
    get: (pid) => found.processes.get(pid),
    childrenOf: (pid) => found.children.get(pid) ?? [],
    argv: readArgv,
    cwd: readCwd,
  };
}

interface Found {
  clock: Clock;
  processes: Map<number, Process>;
  children: Map<number, number[]>;
}

/** False when this is the wrong way; what has been read until then is good. */
function followTrees(found: Found, roots: readonly number[]): boolean {
  if (!existsSync(`/proc/self/task/${process.pid}/children`)) return false;
  const toVisit = new Set(roots);
  let reads = 0;
  let maxReads = MIN_TREE_READS;
  for (const pid of toVisit) {
    const stat = readStat(pid, found.clock);
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
    const process = processes.get(pid) ?? readStat(pid, clock)?.process;
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
    .flatMap((id) => (readText(`/proc/${pid}/task/${id}/children`) ?? "").match(/\d+/g) ?? [])
    .map(Number);
}

interface Stat {
  process: Process;
  threads: number;
}

/** proc_pid_stat(5). The name may hold any character, also spaces and parentheses. */
function readStat(pid: number, clock: Clock): Stat | undefined {
  const text = readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const nameEnd = text.lastIndexOf(")");
  // From the state, field 3, to the resident set size, field 24.
  const fields = text.slice(nameEnd + 2).split(" ", 22);
  // A zombie has ended and holds nothing; its parent has not asked for it yet.
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  const field = (number: number): number => Number(fields[number - 3] ?? 0);
  const process = {
    pid,
    parent: field(4),
    group: field(5),
    sessionId: field(6),
    foregroundGroup: field(8),
    name: text.slice(text.indexOf("(") + 1, nameEnd),
    rssBytes: field(24) * clock.pageBytes,
    ageSeconds: Math.max(0, clock.uptimeSeconds - field(22) / clock.ticksPerSecond),
  };
  return { process, threads: field(20) };
}

interface Clock {
  uptimeSeconds: number;
  ticksPerSecond: number;
  pageBytes: number;
}

/** Entries of the auxiliary vector that the kernel hands every program: getauxval(3). */
const AT_PAGESZ = 6n;
const AT_CLKTCK = 17n;

function readClock(): Clock {
  const clock = { uptimeSeconds: uptime(), ticksPerSecond: 100, pageBytes: 4096 };
  try {
    const vector = readFileSync("/proc/self/auxv");
    for (let at = 0; at + 16 <= vector.length; at += 16) {
      const value = Number(vector.readBigUInt64LE(at + 8));
      if (vector.readBigUInt64LE(at) === AT_PAGESZ) clock.pageBytes = value;
      if (vector.readBigUInt64LE(at) === AT_CLKTCK) clock.ticksPerSecond = value;
    }
  } catch (error) {
    // EACCES under some sandboxes: the values above are those of nearly every machine.
    if (errnoOf(error) === undefined) throw error;
  }
  return clock;
}

function numbersIn(dir: string): number[] {
  try {
    return readdirSync(dir).map(Number).filter(Number.isInteger);
  } catch (error) {
    if (errnoOf(error) !== undefined) return []; // ended while we looked, or no /proc at all
    throw error;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errnoOf(error) !== undefined) return undefined; // ended while we looked
    throw error;
  }
}

function readArgv(pid: number): string[] {
  try {
    const file = openSync(`/proc/${pid}/cmdline`, "r");
    try {
      const bytes = Buffer.alloc(MAX_ARGV_BYTES);
      const text = bytes.toString("utf8", 0, readSync(file, bytes, 0, MAX_ARGV_BYTES, null));
      if (text === "") return []; // a kernel thread
      // Each argument ends with NUL; a process that rewrote them (a title) may leave many behind.
      return text.replace(/\0+$/, "").split("\0");
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (errnoOf(error) !== undefined) return []; // ended, or another user's
    throw error;
  }
}

function readCwd(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch (error) {
    if (errnoOf(error) !== undefined) return ""; // ended, or another user's
    throw error;
  }
}
