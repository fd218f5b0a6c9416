import { closeSync } from "node:fs";
import { constants } from "node:os";

import { loadLibc } from "../../system/system-calls.ts";
import type { KernelFacts } from "./kernel-facts.ts";
import type { WaitingThread } from "../../system/processes/threads.ts";

/** Any signal that has a handler here will do: it only has to interrupt a read. */
const KICK_SIGNAL = constants.signals.SIGCHLD;
/** Checks before the reader must have been seen at the pipe; each kicks it once. */
const MAX_LOOKS = 3000;

/**
 * Keeps bun-pty's reader thread away from the master, so that we can read it by events and only as
 * fast as we want.
 *
 * The other way to hold a program back, stopping the output with tcflow(3), loses bytes: the line
 * discipline asks for room, then writes CR LF without checking the result, and a stop between the
 * two swallows the line's end (seen in about one of a hundred stops of a line-wise flood on Linux
 * 6.18).
 *
 * The thread reads from a descriptor number. The gate makes that number an empty pipe and kicks the
 * thread out of a read that has begun; the restarted call looks the number up again.
 */
export class ReaderGate {
  readonly #readerFd: number;
  readonly #readerTid: number;
  readonly #emptyPipe: readonly [number, number];
  readonly #kernel: KernelFacts;
  #looks = 0;

  private constructor(
    reader: WaitingThread,
    emptyPipe: readonly [number, number],
    kernel: KernelFacts,
  ) {
    this.#kernel = kernel;
    this.#readerFd = reader.fd;
    this.#readerTid = reader.tid;
    this.#emptyPipe = emptyPipe;
  }

  /**
   * Finds the reader, which must be waiting for output now.
   * @param masterFds the descriptors of this PTY's master, in any order.
   * @returns undefined when no thread is found waiting; try again later.
   */
  static find(masterFds: readonly number[], kernel: KernelFacts): ReaderGate | undefined {
    const reader = kernel.findThreadIn("read", masterFds);
    if (reader === undefined) return undefined;
    const emptyPipe = loadLibc().openPipe();
    return emptyPipe === undefined ? undefined : new ReaderGate(reader, emptyPipe, kernel);
  }

  /** The descriptor that is no longer the master. */
  get readerFd(): number {
    return this.#readerFd;
  }

  /** Holds the reader back. Output that it has already read is still in the library. */
  close(): void {
    const libc = loadLibc();
    libc.replaceDescriptor(this.#emptyPipe[0], this.#readerFd);
    libc.signalThread(this.#readerTid, KICK_SIGNAL);
  }

  /**
   * Whether the reader waits at the pipe now, so that it cannot hold any output.
   * A kick may come too early to interrupt a read; then it gets another one.
   */
  isShut(): boolean {
    const place = this.#kernel.waitsIn(this.#readerTid);
    if (place.includes("pipe")) return true;
    this.#looks++;
    loadLibc().signalThread(this.#readerTid, KICK_SIGNAL);
    return false;
  }

  /** Whether this system never shows where the reader waits. */
  get isHopeless(): boolean {
    return this.#looks >= MAX_LOOKS;
  }

  /** Lets the reader back to the master, which it then reads as if there had been no gate. */
  open(masterFd: number): void {
    const libc = loadLibc();
    libc.replaceDescriptor(masterFd, this.#readerFd);
    libc.signalThread(this.#readerTid, KICK_SIGNAL);
  }

  /** Releases the pipe: the reader finds its end, and ends. */
  dispose(): void {
    for (const fd of this.#emptyPipe) closeSync(fd);
  }
}
