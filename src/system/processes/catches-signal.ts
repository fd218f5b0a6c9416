import { constants } from "node:os";

import { readStatus } from "./proc-files.ts";

/**
 * Whether a process has a handler for a signal, which would otherwise end it: `SigCgt` of
 * proc_pid_status(5). False where the system does not report it.
 */
export function catchesSignal(pid: number, signal: NodeJS.Signals): boolean {
  const mask = readStatus(`/proc/${pid}/status`).get("SigCgt") ?? "0";
  const bit = BigInt((constants.signals[signal] ?? 1) - 1);
  return ((BigInt(`0x${mask}`) >> bit) & 1n) === 1n;
}
