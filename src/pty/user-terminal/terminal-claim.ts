import { dieOf, FATAL_SIGNALS, stopSelf } from "../../system/fatal-signals.ts";
import { dropUntilAnswer, LAST_QUESTION, readAnswers } from "./last-input.ts";
import { loadLibc } from "../../system/system-calls.ts";
import { readTermios } from "../line-modes.ts";
import { RawMode } from "./raw-mode.ts";
import { TerminalWriter } from "./terminal-writer.ts";

const STDIN = 0;
const STDOUT = 1;
/** How long the last output may take before the terminal is given back all the same. */
const LAST_OUTPUT_MS = 500;

export interface ClaimOptions {
  /** Every byte passes in both directions as it is. */
  isRaw: boolean;
  /** Text that undoes all output; called whenever the terminal is given back. */
  leave(): string;
  /** A reader for answers that `leave` still needs; it returns true when it has all of them. */
  lateAnswers?(): ((bytes: Uint8Array) => boolean) | undefined;
  /**
   * Number of pending answers about the terminal's attributes, if it may send reports that nobody
   * typed: then it is asked once more, and all input before that answer is dropped. Undefined
   * otherwise. Called before `leave`.
   */
  owedAnswers?(): number | undefined;
  /**
   * This program was stopped and resumed; the terminal was given back meanwhile, and other programs
   * may have used it: it has to be set up and drawn again.
   */
  onContinue(): void;
  /** The terminal has accepted all output. */
  onDrain?(): void;
  /** The terminal has accepted some of the pending output. */
  onProgress?(): void;
  /** The terminal is gone. */
  onGone(): void;
  /** A signal ends this program, which has given the terminal back; by default it dies of that. */
  onSignal?(signal: NodeJS.Signals): void;
}

/**
 * The user's terminal while this program draws in it. Whatever way that ends (signals, stopping,
 * exceptions, the end of the process), it is given back first, and a terminal that accepts no output
 * delays that only briefly. There is one claim at a time: a new one takes over from the one before.
 */
export class TerminalClaim {
  static #held: TerminalClaim | undefined;

  readonly #options: ClaimOptions;
  readonly #writer: TerminalWriter;
  #mode: RawMode | undefined;
  #isSuspended = false;
  #isReleased = false;
  #resumeTimer: Timer | undefined;

  constructor(options: ClaimOptions) {
    this.#options = options;
    const before = TerminalClaim.#held;
    if (before !== undefined) before.#forget(); // its raw mode is shared
    TerminalClaim.#held = this;
    this.#writer = new TerminalWriter(STDOUT, {
      onDrain: () => options.onDrain?.(),
      onProgress: () => options.onProgress?.(),
      onBroken: () => this.#lose(),
    });
    process.on("exit", this.#giveBack);
    process.on("uncaughtException", this.#fail);
    process.on("unhandledRejection", this.#fail);
    process.on("SIGTSTP", this.#stop);
    process.on("SIGCONT", this.#resumeSoon);
    for (const signal of FATAL_SIGNALS) process.on(signal, this.#signalled);
    if (options.isRaw) this.#mode = RawMode.enter(STDIN);
  }

  /** Gives the terminal back at once, if anything has claimed it. */
  static giveBackAny(): void {
    const held = TerminalClaim.#held;
    if (held !== undefined) held.#giveBack();
  }

  /** Bytes that the terminal has not accepted yet. */
  get pendingBytes(): number {
    return this.#writer.pendingBytes;
  }

  /** Bytes that the terminal has accepted. */
  get takenBytes(): number {
    return this.#writer.takenBytes;
  }

  /** Writes bytes, which must not change any more; dropped while the terminal is given back. */
  write(bytes: Uint8Array): void {
    if (!this.#isSuspended && !this.#isReleased) this.#writer.write(bytes);
  }

  /** Resolves when the terminal has accepted all output, or is gone. */
  idle(): Promise<void> {
    return this.#writer.idle();
  }

  /** Gives the terminal back once the last output is written. Idempotent. */
  async release(): Promise<void> {
    if (this.#isReleased) return;
    await Promise.race([this.#writer.idle(), Bun.sleep(LAST_OUTPUT_MS)]);
    this.#giveBack();
  }

  #leave(): void {
    const take = this.#options.lateAnswers?.();
    if (take !== undefined) readAnswers(STDIN, take);
    const owed = this.#options.owedAnswers?.();
    const question = owed === undefined ? "" : LAST_QUESTION;
    const isTold = this.#writer.writeLast(Buffer.from(this.#options.leave() + question));
    if (owed !== undefined && isTold) dropUntilAnswer(STDIN, owed + 1);
  }

  readonly #giveBack = (): void => {
    if (this.#isReleased) return;
    this.#isReleased = true;
    if (!this.#isSuspended) this.#leave();
    this.#mode?.leave();
    this.#forget();
  };

  #lose(): void {
    if (this.#isReleased) return;
    this.#giveBack();
    this.#options.onGone();
  }

  readonly #signalled = (signal: NodeJS.Signals): void => {
    this.#giveBack();
    if (this.#options.onSignal === undefined) dieOf(signal);
    this.#options.onSignal(signal);
  };

  readonly #fail = (error: unknown): void => {
    this.#giveBack();
    throw error;
  };

  readonly #stop = (): void => {
    if (!this.#isSuspended) this.#leave();
    this.#isSuspended = true;
    this.#mode?.leave();
    stopSelf();
    process.on("SIGTSTP", this.#stop);
    this.#resumeSoon(); // also when the kernel did not stop it, as in an orphaned process group
  };

  /** Once for both: the end of a stop and the signal that ended it. */
  readonly #resumeSoon = (): void => {
    this.#resumeTimer ??= setTimeout(() => {
      this.#resumeTimer = undefined;
      this.#resume();
    }, 0);
  };

  #resume(): void {
    if (this.#isReleased) return;
    this.#takeModes();
    this.#writer.drop();
    // There was no time for that when it was stopped by SIGSTOP.
    if (!this.#isSuspended) this.#writer.write(Buffer.from(this.#options.leave()));
    this.#isSuspended = false;
    this.#options.onContinue();
  }

  /** In the background this stops the program (SIGTTOU) until the terminal is its own again. */
  #takeModes(): void {
    if (!this.#options.isRaw) {
      const termios = readTermios(STDOUT);
      if (termios !== undefined) loadLibc().tcsetattr(STDOUT, termios);
    } else if (this.#isSuspended) {
      this.#mode = RawMode.enter(STDIN); // saves the present modes: other programs may have changed them
    } else {
      this.#mode?.apply();
    }
  }

  #forget(): void {
    this.#isReleased = true;
    clearTimeout(this.#resumeTimer);
    this.#writer.close();
    if (TerminalClaim.#held === this) TerminalClaim.#held = undefined;
    process.off("exit", this.#giveBack);
    process.off("uncaughtException", this.#fail);
    process.off("unhandledRejection", this.#fail);
    process.off("SIGTSTP", this.#stop);
    process.off("SIGCONT", this.#resumeSoon);
    for (const signal of FATAL_SIGNALS) process.off(signal, this.#signalled);
  }
}
