import { TsmError } from "../../base/errors.ts";
import {
  loadBunPty,
  quoteCommandLine,
  READ_ENDED,
  withoutAddedShell,
  type BunPtyLibrary,
} from "./bun-pty-library.ts";
import { findPtyDescriptors, openDescriptors, type PtyDescriptors } from "./descriptors.ts";
import { ExitWatch } from "./exit-watch.ts";
import { InputQueue, writeToMaster } from "./input-queue.ts";
import { readLineModes } from "../line-modes.ts";
import { KERNEL_FACTS, type KernelFacts } from "./kernel-facts.ts";
import { loadLibc } from "../../system/system-calls.ts";
import { MasterReader } from "./master-reader.ts";
import { OutputBuffer } from "./output-buffer.ts";
import type { LineModes, Pty, PtyExit, PtyHandlers, PtyOptions } from "../pty.ts";
import { ReaderGate } from "./reader-gate.ts";
import { sendSignal } from "../../system/processes/session-processes.ts";
import { setWindowSize, type WindowSize } from "../window-size.ts";

/** Empty polls in a row, with the reader parked, before we take over the master. */
const HAND_OVER_LOOKS = 2;
const LOOK_MIN_MS = 1;
const LOOK_MAX_MS = 30;
const LIBRARY_BYTES = 256 * 1024;
/** SIGCHLD reports a child's end; this check finds it if the signal was missed. */
const GUARD_INTERVAL_MS = 60_000;
/** Checks after each SIGCHLD, about 5 s, until an ended program must have been reaped. */
const END_LOOKS = 150;
const END_LOOK_MAX_MS = 50;
/** Checks, 1 ms apart, for output still in the kernel when the program has ended. */
const LAST_LOOKS = 100;

/**
 * A PTY of bun-pty, read by events.
 *
 * The library starts the program and keeps the terminal open. Its reader thread would take output
 * without bound into a queue that can only be polled; so it is kept away from the master
 * ({@link ReaderGate}) and the event loop reads there itself: nothing runs while there is no output,
 * and unread output holds the program back in the kernel. Until the thread has been found waiting,
 * which takes the first moment, the library is polled.
 */
export class BunPtyDriver implements Pty {
  readonly driver = "bun-pty";
  readonly pid: number;
  readonly #library: BunPtyLibrary;
  readonly #handle: number;
  readonly #descriptors: PtyDescriptors;
  readonly #handlers: PtyHandlers;
  readonly #buffer: OutputBuffer;
  readonly #exitWatch: ExitWatch;
  readonly #input: InputQueue;
  readonly #guard: Timer;
  readonly #kernel: KernelFacts;
  #gate: ReaderGate | undefined;
  /** The gate was never seen shut: the library is polled for good. */
  #openGate: ReaderGate | undefined;
  #endLook: Timer | undefined;
  #endLooks = 0;
  #reader: MasterReader | undefined;
  #look: Timer | undefined;
  #lookMs = LOOK_MIN_MS;
  #quietLooks = 0;
  #isPaused = false;
  #hasEnded = false;
  #isClosed = false;
  readonly #onChildSignal = (): void => this.#checkEnd();

  constructor(options: PtyOptions, handlers: PtyHandlers, kernel: KernelFacts = KERNEL_FACTS) {
    this.#library = loadBunPty();
    this.#kernel = kernel;
    this.#handlers = handlers;
    process.on("SIGCHLD", this.#onChildSignal); // before the program can have ended
    const before = openDescriptors();
    const { argv, cwd, env, cols, rows } = options;
    const commandLine = quoteCommandLine(withoutAddedShell(options));
    this.#handle = this.#library.spawn(commandLine, cwd, env, cols, rows);
    if (this.#handle < 0) throw this.#startFailure(`cannot run ${argv[0] ?? ""}`);
    this.pid = this.#library.pid(this.#handle);
    this.#exitWatch = new ExitWatch(this.pid, kernel); // at once: it may be about to end
    const descriptors = findPtyDescriptors(this.pid, before);
    if (descriptors === undefined) {
      this.#library.close(this.#handle);
      throw this.#startFailure("bun-pty keeps no terminal open");
    }
    this.#descriptors = descriptors;
    this.#buffer = new OutputBuffer(options.headroom ?? 0, (chunk) => handlers.onData(chunk));
    this.#input = new InputQueue(() => handlers.onInputDrain?.());
    this.#guard = setInterval(() => this.#checkEnd(), GUARD_INTERVAL_MS);
    this.#shutGate();
    // The caller gets this object before the first bytes.
    this.#look = setTimeout(() => this.#lookAtLibrary(), LOOK_MIN_MS);
  }

  get wakeup(): "poll" | "timer" {
    return this.#reader === undefined ? "timer" : "poll";
  }

  write(bytes: Uint8Array): void {
    if (bytes.byteLength > 0) this.#input.push(bytes);
  }

  get pendingInputBytes(): number {
    return this.#input.pendingBytes;
  }

  resize(size: WindowSize): void {
    if (this.#isClosed || setWindowSize(this.#masterFd, size)) return;
    this.#library.resize(this.#handle, size.cols, size.rows); // which knows no pixels
  }

  pause(): void {
    if (this.#hasEnded) return; // what is left is little, and must not wait
    this.#isPaused = true;
    this.#reader?.pause();
  }

  resume(maxBytes?: number): void {
    this.#isPaused = false;
    this.#reader?.resume(maxBytes);
  }

  recycle(bytes: Uint8Array<ArrayBuffer>): void {
    this.#buffer.recycle(bytes);
  }

  lineModes(): LineModes | undefined {
    return this.#isClosed ? undefined : readLineModes(this.#masterFd);
  }

  foregroundGroup(): number | undefined {
    if (this.#isClosed) return undefined;
    const group = loadLibc().tcgetpgrp(this.#masterFd);
    return group > 0 ? group : undefined;
  }

  signal(signal: NodeJS.Signals): boolean {
    const group = this.foregroundGroup();
    return group !== undefined && sendSignal(-group, signal);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    process.off("SIGCHLD", this.#onChildSignal);
    clearInterval(this.#guard);
    clearTimeout(this.#look);
    clearTimeout(this.#endLook);
    this.#exitWatch.close();
    this.#input.close();
    this.#reader?.close();
    this.#openGate?.dispose();
    this.#gate?.dispose(); // the library's reader finds the end of the pipe, and ends
    this.#library.close(this.#handle);
  }

  /** A descriptor that stays the master's when the library's reader is sent away. */
  get #masterFd(): number {
    const { masterFd, masterFds } = this.#descriptors;
    return masterFds.find((fd) => fd !== this.#gate?.readerFd) ?? masterFd;
  }

  #startFailure(message: string): TsmError {
    process.off("SIGCHLD", this.#onChildSignal);
    return new TsmError("spawn-failed", message);
  }

  /** Sends the library's reader away, as soon as it is found waiting. */
  #shutGate(): void {
    if (this.#gate !== undefined || this.#openGate !== undefined) return;
    this.#gate = ReaderGate.find(this.#descriptors.masterFds, this.#kernel);
    this.#gate?.close();
  }

  /** Takes what the library has; once no more output can come from it, we read the master. */
  #lookAtLibrary(): void {
    if (this.#isClosed || this.#reader !== undefined) return;
    this.#shutGate();
    const taken = this.#isPaused ? 0 : this.#takeFromLibrary();
    if (this.#isClosed) return;
    const isQuiet = taken === 0 && this.#gate?.isShut() === true;
    this.#quietLooks = isQuiet ? this.#quietLooks + 1 : 0;
    if (this.#quietLooks >= HAND_OVER_LOOKS) return this.#readMaster();
    if (this.#gate?.isHopeless === true) this.#giveUpGate(this.#gate);
    const isIdle = taken === 0 && this.#gate === undefined;
    if (isIdle && this.#lookMs === LOOK_MAX_MS) this.#writeThroughLibrary();
    this.#lookMs = isIdle ? Math.min(LOOK_MAX_MS, this.#lookMs * 2) : LOOK_MIN_MS;
    this.#look = setTimeout(() => this.#lookAtLibrary(), this.#lookMs);
  }

  #giveUpGate(gate: ReaderGate): void {
    gate.open(this.#masterFd);
    this.#gate = undefined;
    this.#openGate = gate;
  }

  /** The reader cannot be found on this system: then the library carries input, too. */
  #writeThroughLibrary(): void {
    this.#input.open((bytes) => {
      this.#library.write(this.#handle, bytes);
      return bytes.byteLength;
    });
  }

  #takeFromLibrary(): number {
    const target = new Uint8Array(LIBRARY_BYTES);
    const count = this.#library.read(this.#handle, target);
    if (count === READ_ENDED) this.#checkEnd();
    if (count > 0) this.#buffer.push(target.subarray(0, count));
    return Math.max(0, count);
  }

  #readMaster(): void {
    const masterFd = this.#masterFd;
    // Not before: the library's reader would ask again and again instead of waiting.
    loadLibc().setNonBlocking(masterFd);
    this.#input.open(writeToMaster(masterFd));
    this.#reader = new MasterReader(loadLibc().duplicate(masterFd), this.#buffer);
    if (this.#isPaused) this.#reader.pause();
  }

  /** A child has ended, perhaps ours. */
  #checkEnd(): void {
    this.#endLooks = 0;
    this.#lookForEnd();
  }

  #lookForEnd(): void {
    clearTimeout(this.#endLook);
    if (this.#isClosed || this.#hasEnded) return;
    if (!this.#exitWatch.isReaped()) {
      const hasEnded = this.#exitWatch.hasEnded();
      if (hasEnded === false) return;
      // The library's thread reaps it in its own time.
      if (++this.#endLooks <= END_LOOKS) {
        const delayMs = Math.min(END_LOOK_MAX_MS, this.#endLooks);
        this.#endLook = setTimeout(() => this.#lookForEnd(), delayMs);
        return;
      }
      if (hasEnded === undefined) return; // nobody tells: the next signal or the guard has it checked
    }
    this.#hasEnded = true;
    this.resume();
    this.#awaitLastOutput(LAST_LOOKS, -1);
  }

  /** The program's last output may still be on its way through the kernel and the event loop. */
  #awaitLastOutput(looksLeft: number, readsBefore: number): void {
    if (this.#isClosed) return;
    const reads = this.#reader?.reads ?? 0;
    const isHandedOver = this.#reader !== undefined;
    const isQuiet = !loadLibc().isReadable(this.#masterFd) && reads === readsBefore;
    if (looksLeft > 0 && !(isHandedOver && isQuiet)) {
      setTimeout(() => this.#awaitLastOutput(looksLeft - 1, reads), 1);
      return;
    }
    this.#buffer.endTurn();
    const exit = this.#exitStatus();
    this.close();
    this.#handlers.onExit(exit);
  }

  #exitStatus(): PtyExit {
    // The library reports a death by signal as code 1; the kernel, where it reports it, is right.
    return this.#exitWatch.status() ?? { code: this.#library.exitCode(this.#handle), signal: 0 };
  }
}
