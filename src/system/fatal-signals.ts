import { constants } from "node:os";

import { loadLibc } from "./system-calls.ts";

/**
 * Signals that end a process by default and that a program can handle: signal(7).
 *
 * Left out are KILL, which cannot be handled; SEGV, BUS, FPE, ILL and TRAP, by which the kernel
 * reports a fault of this program: with a handler it would repeat the faulty instruction for
 * ever; PIPE and XFSZ, which the runtime ignores, since the failing write reports it; PWR, by which
 * the runtime's garbage collector stops threads; STKFLT and the real-time signals, which the runtime
 * cannot deliver.
 */
export const FATAL_SIGNALS: readonly NodeJS.Signals[] = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGABRT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGALRM",
  "SIGTERM",
  "SIGVTALRM",
  "SIGPROF",
  "SIGXCPU",
  "SIGSYS",
  // Elsewhere this one is ignored by default.
  ...(process.platform === "linux" ? (["SIGIO"] as const) : []),
];

const DEATH_MS = 1000;

/** Ends this process by a signal, as if that had not been handled. */
export function dieOf(signal: NodeJS.Signals): never {
  resetSignal(signal);
  process.kill(process.pid, signal);
  // Another thread handled it, or the parent of this process blocked it.
  Bun.sleepSync(DEATH_MS);
  process.kill(process.pid, "SIGKILL");
  throw new Error("unreachable");
}

/** Stops this process as SIGTSTP does by default, and returns when it is continued. */
export function stopSelf(): void {
  resetSignal("SIGTSTP");
  const SIGTSTP = constants.signals.SIGTSTP;
  // To this thread, so that nothing more runs before it is stopped.
  if (process.platform === "linux") loadLibc().signalThread(process.pid, SIGTSTP);
  else process.kill(process.pid, SIGTSTP);
}

function resetSignal(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  const number = constants.signals[signal];
  const action = loadLibc().signalAction(number);
  // SIG_DFL is 0, and so are no flags and an empty mask.
  if (action !== undefined) loadLibc().setSignalAction(number, action.fill(0));
}
