import { TsmError } from "../base/errors.ts";
import { Bell } from "./bell.ts";
import {
  loadBunPty,
  quoteCommandLine,
  READ_ENDED,
  READ_NOTHING,
  type BunPtyLibrary,
} from "./bun-pty-library.ts";
import { findPtyDescriptors, openDescriptors, type PtyDescriptors } from "./descriptors.ts";
import { loadLibc, TCOOFF, TCOON } from "./libc.ts";
import { ExitWatch } from "./exit-watch.ts";
import { InputQueue } from "./input-queue.ts";
import { LookBurst } from "./look-burst.ts";
import { CHUNK_BYTES, OutputBuffer } from "./output-buffer.ts";
import type { Pty, PtyExit, PtyHandlers, PtyOptions } from "./pty.ts";
import { ReaderGate } from "./reader-gate.ts";
import { findThreadIn } from "./threads.ts";
import { isAlive, sendSignal } from "./session-processes.ts";

/** A turn with this much means a flood: the bell is put away and the library is asked instead. */
const FLOOD_BYTES = 16 * 1024;
/** How long after a flood's last large turn the bell comes back, in looks of 1 ms. */
const CALM_LOOKS = 5;
const GUARD_INTERVAL_MS = 1000;
/** Guard looks that found output, with no ring between them, until the bell counts as broken. */
const GUARD_STRIKES = 3;
const TIMER_MIN_MS = 1;
const TIMER_MAX_MS = 30;
/** Looks for the reader at the start; each takes some 0.1 ms. */
const GATE_TRIES = 20;
/** Looks of 1 ms at what the library's reader may still hold when the program has ended. */
const LAST_LOOKS = 100;

/**
 * bun-pty's native core driven by events. Its own reader thread takes bytes from the kernel; this
 * class asks for them when there is a reason to: the bell, typed input, the end of a child.
 *
 * - calm: the bell is armed, nothing runs but one guarding look a second
 * - burst: some looks in quick succession after input
 * - flood: no bell, a look every turn or millisecond
 * - timer: there is no bell to trust; looks back off from 1 to 30 ms
 */
export class BunPtyDriver implements Pty {
  readonly driver = "bun-pty";
  readonly pid: number;
  readonly #library: BunPtyLibrary;
  readonly #handle: number;
  readonly #descriptors: PtyDescriptors;
  readonly #handlers: PtyHandlers;
  readonly #buffer: OutputBuffer;
  readonly #bell: Bell;
  readonly #exitWatch: ExitWatch;
  readonly #input: InputQueue;
  readonly #burst = new LookBurst();
  #gate: ReaderGate | undefined;
  #mode: "bell" | "flood" | "timer" = "bell";
  /** Cancels the look that is due; undefined when none is. */
  #nextLook: (() => void) | undefined;
  #guard: Timer | undefined;
  #guardStrikes = 0;
  #calmLooks = 0;
  #timerDelayMs = TIMER_MIN_MS;
  #lastLooks = 0;
  /** Asked to from outside. */
  #isPaused = false;
  /** The library's reader is kept from reading. */
  #isHeld = false;
  #isClosed = false;
  #isStarting = true;
  readonly #onChildSignal = (): void => this.#lookSoon();

  constructor(options: PtyOptions, handlers: PtyHandlers, hasBell: boolean) {
    this.#library = loadBunPty();
    process.on("SIGCHLD", this.#onChildSignal); // before the program can have ended
    const before = openDescriptors();
    const { argv, cwd, cols, rows } = options;
    this.#handle = this.#library.spawn(quoteCommandLine(argv), cwd, cols, rows);
    if (this.#handle < 0) {
      process.off("SIGCHLD", this.#onChildSignal);
      throw new TsmError("spawn-failed", `cannot run ${argv[0] ?? ""}`);
    }
    this.pid = this.#library.pid(this.#handle);
    this.#exitWatch = new ExitWatch(this.pid); // at once: it may be about to end
    const descriptors = findPtyDescriptors(this.pid, before);
    if (descriptors === undefined) {
      process.off("SIGCHLD", this.#onChildSignal);
      this.#library.close(this.#handle);
      throw new TsmError("spawn-failed", "bun-pty keeps no terminal open");
    }
    this.#descriptors = descriptors;
    this.#handlers = handlers;
    this.#buffer = new OutputBuffer(options.headroom ?? 0);
    this.#input = new InputQueue(
      (bytes) => this.#library.write(this.#handle, bytes),
      () => findThreadIn("write", this.#descriptors.masterFds) !== undefined,
      () => this.#handlers.onInputDrain?.(),
    );
    this.#bell = new Bell(descriptors.slavePath, () => this.#ring());
    if (!hasBell) this.#mode = "timer";
    this.#gate = findGate(descriptors.masterFds);
    this.#isStarting = false;
    // The caller gets this object before the first bytes.
    this.#schedule(0);
  }

  get wakeup(): "bell" | "timer" {
    return this.#mode === "timer" ? "timer" : "bell";
  }

  write(bytes: Uint8Array): void {
    if (this.#isClosed || bytes.byteLength === 0) return;
    this.#input.push(bytes);
    this.#lookSoon();
  }

  get pendingInputBytes(): number {
    return this.#input.pendingBytes;
  }

  resize(rows: number, cols: number): void {
    if (!this.#isClosed) this.#library.resize(this.#handle, cols, rows);
  }

  pause(): void {
    this.#isPaused = true;
    this.#hold();
  }

  resume(): void {
    this.#isPaused = false;
    this.#letGo();
  }

  recycle(bytes: Uint8Array<ArrayBuffer>): void {
    this.#buffer.recycle(bytes);
  }

  /** Keeps the library from reading on, so that the program waits in the kernel. */
  #hold(): void {
    if (this.#isHeld || this.#isClosed) return;
    this.#isHeld = true;
    this.#gate ??= ReaderGate.find(this.#descriptors.masterFds);
    if (this.#gate === undefined) loadLibc().tcflow(this.#descriptors.slaveFd, TCOOFF);
    else this.#gate.close();
  }

  #letGo(): void {
    if (!this.#isHeld || this.#isPaused || this.#isClosed) return;
    this.#isHeld = false;
    // Undoing a stop that was not made does nothing.
    loadLibc().tcflow(this.#descriptors.slaveFd, TCOON);
    this.#gate?.open();
    this.#lookSoon();
  }

  foregroundGroup(): number | undefined {
    if (this.#isClosed) return undefined;
    const group = loadLibc().tcgetpgrp(this.#descriptors.masterFd);
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
    this.#bell.disarm();
    this.#cancelLook();
    clearInterval(this.#guard);
    this.#exitWatch.close();
    this.#input.clear();
    this.#library.close(this.#handle);
    this.#gate?.dispose();
  }

  /**
   * A program has written. The library's reader may not have it yet, or not all of it, and the ring
   * for that is already spent: so one look is never enough.
   */
  #ring(): void {
    this.#guardStrikes = 0;
    if (this.#mode !== "bell" || this.#isClosed) return;
    this.#burst.start();
    this.#cancelLook();
    this.#look();
  }

  /** Something is about to come that may not ring: look several times. */
  #lookSoon(): void {
    if (this.#isClosed || this.#mode === "flood" || this.#isStarting) return;
    this.#timerDelayMs = TIMER_MIN_MS;
    this.#burst.start();
    this.#schedule(0);
  }

  #look(): void {
    this.#nextLook = undefined;
    if (this.#isClosed) return;
    const taken = this.#take();
    if (taken === "ended") this.#end();
    else if (!this.#isClosed) this.#planNext(taken);
  }

  /** Hands over what there is, at most one chunk; returns its bytes. */
  #take(): number | "ended" {
    let status = READ_NOTHING;
    do {
      status = this.#library.read(this.#handle, this.#buffer.target());
      if (status > 0) this.#buffer.commit(status);
    } while (status > 0 && this.#buffer.target().byteLength > 0);
    const chunk = this.#buffer.take();
    if (chunk === undefined) return status === READ_ENDED ? "ended" : 0;
    this.#handlers.onData(chunk);
    return chunk.byteLength;
  }

  #planNext(taken: number): void {
    // The library takes any amount into its memory, and moves all of it at every read: when it is
    // ahead of us it has to wait.
    if (taken >= CHUNK_BYTES) {
      this.#hold();
      return this.#goOnFlooding(0);
    }
    this.#letGo();
    switch (this.#mode) {
      case "flood":
        this.#calmLooks = taken >= FLOOD_BYTES / 4 ? 0 : this.#calmLooks + 1;
        if (this.#calmLooks < CALM_LOOKS) return this.#schedule(1);
        return this.#listen();
      case "timer":
        this.#timerDelayMs =
          taken > 0 ? TIMER_MIN_MS : Math.min(TIMER_MAX_MS, this.#timerDelayMs * 2);
        return this.#schedule(
          this.#burst.next(taken, () => this.#isMoreComing()) ?? this.#timerDelayMs,
        );
      case "bell": {
        if (taken >= FLOOD_BYTES) return this.#goOnFlooding(1);
        const delay = this.#burst.next(taken, () => this.#isMoreComing());
        if (delay !== undefined) return this.#schedule(delay);
        return this.#bell.isArmed ? undefined : this.#listen();
      }
    }
  }

  #goOnFlooding(delayMs: number): void {
    if (this.#mode === "bell") this.#mode = "flood";
    this.#burst.stop();
    this.#calmLooks = 0;
    this.#bell.disarm();
    this.#schedule(delayMs);
  }

  /** Arms the bell; what came before, and may still be on its way, is looked for. */
  #listen(): void {
    // Quiet now: the best moment to see where the reader waits.
    this.#gate ??= ReaderGate.find(this.#descriptors.masterFds);
    this.#mode = this.#bell.arm() ? "bell" : "timer";
    this.#calmLooks = 0;
    this.#guard ??= setInterval(() => this.#guardLook(), GUARD_INTERVAL_MS);
    this.#burst.start();
    this.#schedule(0);
  }

  #guardLook(): void {
    if (this.#mode !== "bell" || this.#nextLook !== undefined) return;
    const taken = this.#take();
    if (taken === "ended") return this.#end();
    if (taken > 0 && ++this.#guardStrikes >= GUARD_STRIKES) {
      this.#bell.disarm();
      this.#mode = "timer";
    }
    if (taken > 0 && !this.#isClosed) this.#planNext(taken);
  }

  /** Output that the library's reader has not taken yet, or an end that it has not noticed. */
  #isMoreComing(): boolean {
    const isUnread = !this.#isHeld && loadLibc().isReadable(this.#descriptors.masterFd);
    return isUnread || !isAlive(this.pid);
  }

  #schedule(delayMs: number): void {
    this.#cancelLook();
    if (delayMs === 0) {
      const immediate = setImmediate(() => this.#look());
      this.#nextLook = () => clearImmediate(immediate);
    } else {
      const timer = setTimeout(() => this.#look(), delayMs);
      this.#nextLook = () => clearTimeout(timer);
    }
  }

  #cancelLook(): void {
    this.#nextLook?.();
    this.#nextLook = undefined;
  }

  /** The program has ended: wait until the library's reader has taken the rest from the kernel. */
  #end(): void {
    this.resume();
    const isMoreComing = loadLibc().isReadable(this.#descriptors.masterFd);
    if (isMoreComing && this.#lastLooks++ < LAST_LOOKS) return this.#schedule(1);
    const exit = this.#exitStatus();
    this.close();
    this.#handlers.onExit(exit);
  }

  #exitStatus(): PtyExit {
    // The library reports a death by signal as code 1; the kernel knows better where it tells.
    return this.#exitWatch.status() ?? { code: this.#library.exitCode(this.#handle), signal: 0 };
  }
}

/** The library's reader goes to wait right after the start; some tries give it time to. */
function findGate(masterFds: readonly number[]): ReaderGate | undefined {
  for (let tries = 0; tries < GATE_TRIES; tries++) {
    const gate = ReaderGate.find(masterFds);
    if (gate !== undefined) return gate;
  }
  return undefined;
}
