import { closeSync } from "node:fs";

import { KERNEL_FACTS, type KernelFacts } from "./kernel-facts.ts";
import { loadLibc } from "../../system/system-calls.ts";
import type { PtyExit } from "../pty.ts";

/**
 * Finds out that a process has ended, and how, although other code reaps it. A pidfd opened while it
 * runs can be queried afterwards (Linux 5.3; how it ended, Linux 6.15: `PIDFD_GET_INFO`).
 */
export class ExitWatch {
  readonly #pid: number;
  readonly #kernel: KernelFacts;
  #pidfd: number | undefined;

  constructor(pid: number, kernel: KernelFacts = KERNEL_FACTS) {
    this.#pid = pid;
    this.#kernel = kernel;
    this.#pidfd = kernel.openPidfd(pid);
  }

  /** Whether it has ended, reaped or not; undefined when unknown. */
  hasEnded(): boolean | undefined {
    if (!this.#kernel.isAlive(this.#pid)) return true;
    if (this.#pidfd === undefined) return this.#kernel.isZombie(this.#pid);
    return loadLibc().isReadable(this.#pidfd);
  }

  /** Whether it has been reaped. */
  isReaped(): boolean {
    return !this.#kernel.isAlive(this.#pid);
  }

  /** How it ended, or undefined where the kernel does not report it. */
  status(): PtyExit | undefined {
    if (this.#pidfd === undefined) return undefined;
    const waitStatus = loadLibc().waitStatus(this.#pidfd);
    if (waitStatus === undefined) return undefined;
    // wait(2): the low seven bits are the signal, the second byte is the exit code.
    const signal = waitStatus & 0x7f;
    return signal === 0 ? { code: (waitStatus >> 8) & 0xff, signal: 0 } : { code: 0, signal };
  }

  close(): void {
    if (this.#pidfd !== undefined) closeSync(this.#pidfd);
    this.#pidfd = undefined;
  }
}
