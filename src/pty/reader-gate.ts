import { closeSync } from "node:fs";
import { constants } from "node:os";

import { loadLibc } from "./libc.ts";
import { findThreadIn, type WaitingThread } from "./threads.ts";

/** Any signal that has a handler here will do: it only has to interrupt a read. */
const KICK_SIGNAL = constants.signals.SIGCHLD;

/**
 * Holds bun-pty's reader thread away from the master, so that the kernel's own buffer fills and
 * the program blocks in its next write, as on any slow terminal.
 *
 * Stopping the output with tcflow(3) instead loses bytes: the line discipline asks for room, then
 * writes CR LF without looking at the result, and a stop between the two swallows the line's end
 * (seen in about one of a hundred stops of a line-wise flood on Linux 6.18).
 *
 * The thread reads from a descriptor number. While the gate is closed that number is an empty pipe;
 * the thread is kicked out of a read that has begun, and the restarted call looks the number up anew.
 */
export class ReaderGate {
  readonly #masterFd: number;
  readonly #readerFd: number;
  readonly #readerTid: number;
  readonly #emptyPipe: readonly [number, number];

  private constructor(
    masterFd: number,
    reader: WaitingThread,
    emptyPipe: readonly [number, number],
  ) {
    this.#masterFd = masterFd;
    this.#readerFd = reader.fd;
    this.#readerTid = reader.tid;
    this.#emptyPipe = emptyPipe;
  }

  /**
   * Finds the reader, which must be waiting for output just now.
   * @param masterFds the descriptors of this PTY's master, in any order.
   * @returns undefined when no thread is seen to wait; try again later.
   */
  static find(masterFds: readonly number[]): ReaderGate | undefined {
    const reader = findThreadIn("read", masterFds);
    const masterFd = masterFds.find((fd) => fd !== reader?.fd);
    if (reader === undefined || masterFd === undefined) return undefined;
    const emptyPipe = loadLibc().openPipe();
    return emptyPipe === undefined ? undefined : new ReaderGate(masterFd, reader, emptyPipe);
  }

  /** Holds the reader back. What it has read already is still to be had from the library. */
  close(): void {
    this.#point(this.#emptyPipe[0]);
  }

  /** Lets the reader go on. */
  open(): void {
    this.#point(this.#masterFd);
  }

  /** Releases the pipe; the gate must be open, or the library closed. */
  dispose(): void {
    for (const fd of this.#emptyPipe) closeSync(fd);
  }

  #point(source: number): void {
    const libc = loadLibc();
    libc.replaceDescriptor(source, this.#readerFd);
    libc.signalThread(this.#readerTid, KICK_SIGNAL);
  }
}
