import { readFileSync } from "node:fs";
import { constants } from "node:os";

import { errnoOf } from "../../base/errors.ts";

/**
 * Whether a process has a handler for a signal, which would end it otherwise: `SigCgt` of
 * proc_pid_status(5). False where the system does not tell.
 */
export function catchesSignal(pid: number, signal: NodeJS.Signals): boolean {
  const [, mask = "0"] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readStatus(pid)) ?? [];
  const bit = BigInt((constants.signals[signal] ?? 1) - 1);
  return ((BigInt(`0x${mask}`) >> bit) & 1n) === 1n;
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "latin1");
  } catch (error) {
    if (errnoOf(error) !== undefined) return ""; // it has ended, or there is no /proc
    throw error;
  }
}
