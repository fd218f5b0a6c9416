import { closeSync } from "node:fs";

import { loadLibc } from "./libc.ts";
import type { PtyExit } from "./pty.ts";

/**
 * Learns how a process ended although somebody else reaps it. A pidfd opened while it runs can be
 * asked afterwards (Linux 6.15 and later: `PIDFD_GET_INFO`).
 */
export class ExitWatch {
  #pidfd: number | undefined;

  constructor(pid: number) {
    this.#pidfd = loadLibc().openPidfd(pid);
  }

  /** Whether it has ended, reaped or not. */
  hasEnded(): boolean {
    return this.#pidfd === undefined || loadLibc().isReadable(this.#pidfd);
  }

  /** How it ended, or undefined where the kernel does not tell. */
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
