import { loadLibc } from "../../system/system-calls.ts";
import { isAlive, isZombie } from "../../system/processes/session-processes.ts";
import { findThreadIn, waitsIn } from "../../system/processes/threads.ts";

/**
 * What bun-pty's driver asks the kernel of processes and threads. Older kernels, and those of some
 * containers, do not tell all of it; so nothing may wait for an answer without a bound.
 */
export interface KernelFacts {
  findThreadIn: typeof findThreadIn;
  waitsIn: typeof waitsIn;
  openPidfd(pid: number): number | undefined;
  isAlive: typeof isAlive;
  isZombie: typeof isZombie;
}

export const KERNEL_FACTS: KernelFacts = {
  findThreadIn,
  waitsIn,
  openPidfd: (pid) => loadLibc().openPidfd(pid),
  isAlive,
  isZombie,
};
