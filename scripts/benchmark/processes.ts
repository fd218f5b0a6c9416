import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks in a second, as /proc counts CPU time: USER_HZ, 100 on every Linux. */
export const TICKS_PER_SECOND = 100;

/** Text of a file in /proc/PID; empty when the process has ended or belongs to another user. */
export function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

export function isRunning(pid: number): boolean {
  const status = readProcess(pid, "status");
  return status !== "" && !/^State:\s+Z/m.test(status);
}

export function argumentsOf(pid: number): string[] {
  return readProcess(pid, "cmdline").split("\0");
}

/** Running processes whose environment has this `NAME=value`. */
export function processesWith(variable: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter((pid) => readProcess(pid, "environ").split("\0").includes(variable));
}

/**
 * Memory that belongs to this process alone. Pages of a binary that a second instance has mapped
 * count as shared, so with a second instance this is the cost of one more session.
 */
export function privateMB(pid: number): number {
  const text = readProcess(pid, "smaps_rollup");
  const kibs = [...text.matchAll(/^Private_(?:Clean|Dirty): +(\d+)/gm)].map(([, kib]) =>
    Number(kib),
  );
  return kibs.length === 0 ? Number.NaN : toMB(kibs.reduce((sum, kib) => sum + kib, 0));
}

/** Anonymous memory of this process: nearly the same, and cheap enough to poll during a flood. */
export function anonymousMB(pid: number): number {
  const kib = /^RssAnon:\s+(\d+)/m.exec(readProcess(pid, "status"))?.[1];
  return kib === undefined ? 0 : toMB(Number(kib));
}

/** CPU time used so far, user and system. */
export function cpuTicks(pid: number): number {
  // The name in parentheses may contain anything; fields are counted after it.
  const fields = readProcess(pid, "stat").split(") ").at(-1)?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** Bytes that the process itself has written. */
export function writtenBytes(pid: number): number {
  return Number(/^wchar: (\d+)/m.exec(readProcess(pid, "io"))?.[1] ?? Number.NaN);
}

export function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended
  }
}

function toMB(kib: number): number {
  return (kib * 1024) / 1e6;
}
