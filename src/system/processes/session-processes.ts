import { readdirSync, readFileSync } from "node:fs";

import { errnoOf } from "../../base/errors.ts";

/**
 * Processes of the session that `leader` leads, itself included: on Linux all with its session id,
 * elsewhere its process group and descendants as `ps` tells them.
 */
export function sessionProcesses(leader: number): number[] {
  return process.platform === "linux" ? fromProc(leader) : fromPs(leader);
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
    // ESRCH: it has ended. EPERM: it has become another user's (su, sudo) and is not ours to end.
    if (errnoOf(error) === "ESRCH" || errnoOf(error) === "EPERM") return false;
    throw error;
  }
}

/** Whether a process exists, if only as one that has not been reaped. */
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

/** Whether a process has ended and nobody has reaped it; undefined where the system does not tell. */
export function isZombie(pid: number): boolean | undefined {
  const state = statFields(pid)?.[0];
  return state === undefined ? undefined : state === "Z" || state === "X";
}

function fromProc(leader: number): number[] {
  return readdirSync("/proc").flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) return [];
    const fields = statFields(pid);
    const state = fields?.[0];
    return fields?.[3] === String(leader) && state !== "Z" && state !== "X" ? [pid] : [];
  });
}

/** Fields of /proc/PID/stat from the state on: proc(5). The name before may hold any character. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch (error) {
    if (errnoOf(error) !== undefined) return undefined; // ended while we looked
    throw error;
  }
}

function fromPs(leader: number): number[] {
  const { stdout } = Bun.spawnSync(["ps", "-axo", "pid=,ppid=,pgid="], {
    stderr: "ignore",
    env: { PATH: "/bin:/usr/bin" },
  });
  const rows = stdout
    .toString()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const members = new Set([leader]);
  for (let before = 0; before !== members.size;) {
    before = members.size;
    for (const [pid = 0, ppid = 0, pgid = 0] of rows) {
      if (members.has(ppid) || pgid === leader) members.add(pid);
    }
  }
  return [...members].filter((pid) => rows.some(([running]) => running === pid));
}
