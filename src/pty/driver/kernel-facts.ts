import { loadLibc } from "../../system/system-calls.ts";
import { isAlive, isZombie } from "../../system/processes/session-processes.ts";
import { findThreadIn, waitsIn } from "../../system/processes/threads.ts";

/**
 * What bun-pty's driver asks the kernel about processes and threads. Older kernels and some containers
 * do not report all of it, so every wait for an answer needs a bound.
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
