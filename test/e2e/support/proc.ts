import { readdirSync, readFileSync } from "node:fs";

/** Its memory is gone before its files are closed, and its first thread before its others. */
export function hasOpenFiles(pid: number): boolean {
  return listProc(`${pid}/task`).some((thread) => listProc(`${pid}/task/${thread}/fd`).length > 0);
}

function listProc(directory: string): string[] {
  try {
    return readdirSync(`/proc/${directory}`);
  } catch {
    return []; // it has ended
  }
}

export function readArgs(pid: number): string[] {
  return readProc(pid, "cmdline").split("\0");
}

export function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // it has ended
  }
}

export function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended
  }
}
