import { errnoOf } from "../../base/errors.ts";
import type { Process } from "./process.ts";
import { hasEnded, numbersIn, readStat } from "./proc-files.ts";
import { parsePs, psText } from "./ps.ts";

/**
 * Processes of the session that `leader` leads, itself included: on Linux all with its session id,
 * elsewhere its process group and descendants as reported by `ps`.
 */
export function sessionProcesses(leader: number): number[] {
  return process.platform === "linux" ? fromProc(leader) : membersOf(leader, parsePs(psText()));
}

/** Sends a signal to every process of a session; returns how many there were. */
export function signalSession(leader: number, signal: NodeJS.Signals): number {
  const pids = sessionProcesses(leader);
  return pids.filter((pid) => sendSignal(pid, signal)).length;
}

/** Sends a signal to a process, or with a negative number to a group; false when it is gone. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    // ESRCH: it has ended. EPERM: it now belongs to another user (su, sudo), and is not ours to end.
    if (errnoOf(error) === "ESRCH" || errnoOf(error) === "EPERM") return false;
    throw error;
  }
}

/** Whether a process exists, even if only as a zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ESRCH") return false;
    if (errnoOf(error) === "EPERM") return true;
    throw error;
  }
}

/** Whether a process has ended but was not reaped; undefined where the system does not report it. */
export function isZombie(pid: number): boolean | undefined {
  const stat = readStat(pid);
  return stat === undefined ? undefined : hasEnded(stat);
}

function fromProc(leader: number): number[] {
  return numbersIn("/proc").filter((pid) => {
    const stat = readStat(pid);
    return stat?.sessionId === leader && !hasEnded(stat);
  });
}

/** Pids of `processes` that are in the process group of `leader`, or descend from one of them. */
export function membersOf(
  leader: number,
  processes: readonly Pick<Process, "pid" | "parent" | "group">[],
): number[] {
  const members = new Set([leader]);
  for (let before = 0; before !== members.size;) {
    before = members.size;
    for (const { pid, parent, group } of processes) {
      if (members.has(parent) || group === leader) members.add(pid);
    }
  }
  return processes.filter(({ pid }) => members.has(pid)).map(({ pid }) => pid);
}
