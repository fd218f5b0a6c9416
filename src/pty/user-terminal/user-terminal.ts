import { constants } from "node:os";
import { isatty, type ReadStream } from "node:tty";

import { DEFAULT_SIZE } from "../../base/default-size.ts";
import { dieOf } from "../../system/fatal-signals.ts";
import { loadLibc } from "../../system/system-calls.ts";
import { KeptInput } from "./kept-input.ts";
import { TerminalClaim } from "./terminal-claim.ts";

const STDIN = 0;
const STDOUT = 1;
/** In a storm of SIGWINCH Bun loses some, also the last: so the size is checked once more. */
const SIZE_CHECK_MS = 100;

/** Size in characters. */
export interface TerminalSize {
  rows: number;
  cols: number;
}

/** Why the terminal cannot be used any more: it is gone, or a signal ends this program. */
export interface TerminalEnd {
  exitCode: number;
  signal?: NodeJS.Signals;
}

/** A user of the terminal: gets its events, and knows how to undo its own output. */
export interface TerminalBorrower {
  onInput(bytes: Uint8Array): void;
  onResize(size: TerminalSize): void;
  /** Text that undoes all output; called whenever the terminal is given back. */
  leave(): string;
  /** See {@link TerminalClaim}. */
  lateAnswers?(): ((bytes: Uint8Array) => boolean) | undefined;
  owedAnswers?(): number | undefined;
  /** The terminal has accepted all output. */
  onDrain?(): void;
  /** The terminal has accepted some of the pending output. */
  onProgress?(): void;
  /** This program was stopped and resumes: the terminal is empty, and has no modes of ours. */
  onContinue(): void;
  /** The terminal is gone, and has been given back. */
  onGone(end: TerminalEnd): void;
  /** Whether `onGone` also handles the signals that end this program; by default it dies of them. */
  handlesSignals?: boolean;
}

/**
 * The user's own terminal in raw mode: input, output, size, and whatever way this ends, everything as
 * it was. It is lent to one borrower at a time; input between two of them is kept for the next. The
 * creator releases it.
 */
export class UserTerminal {
  readonly #input: ReadStream = process.stdin;
  readonly #claim: TerminalClaim;
  readonly #kept = new KeptInput(() => this.pauseInput());
  #borrower: TerminalBorrower | undefined;
  #end: TerminalEnd | undefined;
  #sizeTimer: Timer | undefined;

  /** Takes the terminal over; only where {@link UserTerminal.missingStream} names none. */
  constructor() {
    this.#claim = new TerminalClaim({
      isRaw: true,
      leave: () => this.#borrower?.leave() ?? "",
      lateAnswers: () => this.#borrower?.lateAnswers?.(),
      owedAnswers: () => this.#borrower?.owedAnswers?.(),
      onContinue: () => this.#continued(),
      onDrain: () => this.#borrower?.onDrain?.(),
      onProgress: () => this.#borrower?.onProgress?.(),
      onGone: () => this.#ended({ exitCode: 1 }),
      onSignal: (signal) => this.#signalled(signal),
    });
    // Not SIGWINCH itself: while that is handled, Bun still has the size before.
    process.stdout.on("resize", this.#resized);
    this.#input.on("data", this.#receive);
    this.#input.on("end", this.#lost);
    this.#input.on("error", this.#lost);
    this.#input.resume();
  }

  /** Which of the standard streams is no terminal; undefined when there is one to take. */
  static missingStream(): "input" | "output" | undefined {
    if (!isatty(STDIN)) return "input";
    return isatty(STDOUT) ? undefined : "output";
  }

  /** Present size, or a usual one where it is not known. */
  get size(): TerminalSize {
    return this.knownSize ?? DEFAULT_SIZE;
  }

  /** Present size; undefined where the system knows none, as on a serial line. */
  get knownSize(): TerminalSize | undefined {
    const [cols, rows] = process.stdout.getWindowSize();
    return rows > 0 && cols > 0 ? { rows, cols } : undefined;
  }

  /** How it has ended; undefined until then. */
  get end(): TerminalEnd | undefined {
    return this.#end;
  }

  /** Bytes that the terminal has not accepted yet. */
  get pendingBytes(): number {
    return this.#claim.pendingBytes;
  }

  /** Bytes that the terminal has accepted. */
  get takenBytes(): number {
    return this.#claim.takenBytes;
  }

  /** Whether something has been typed that has not been read. */
  get hasInput(): boolean {
    return this.#input.isPaused() || loadLibc().isReadable(STDIN);
  }

  /** Lends the terminal; kept input comes first. */
  listen(borrower: TerminalBorrower): void {
    this.#borrower = borrower;
    if (this.#end !== undefined) return borrower.onGone(this.#end);
    this.resumeInput();
    this.#kept.listen((bytes) => borrower.onInput(bytes));
  }

  /** Ends `listen`. `rest` was read already and is for the next borrower. */
  unlisten(rest: Uint8Array): void {
    this.#borrower = undefined;
    this.#kept.unlisten(rest);
  }

  /** Writes bytes, which must not change any more. */
  write(bytes: Uint8Array): void {
    this.#claim.write(bytes);
  }

  pauseInput(): void {
    this.#input.pause();
  }

  resumeInput(): void {
    this.#input.resume();
  }

  /** Gives the terminal back, once the last output is written. Idempotent. */
  async release(): Promise<void> {
    this.#stopListening(); // input from here on is for the shell
    await this.#claim.release();
  }

  #stopListening(): void {
    clearTimeout(this.#sizeTimer);
    this.#input.pause();
    this.#input.off("data", this.#receive);
    this.#input.off("end", this.#lost);
    this.#input.off("error", this.#lost);
    process.stdout.off("resize", this.#resized);
  }

  readonly #receive = (bytes: Uint8Array): void => this.#kept.deliver(bytes);

  readonly #resized = (): void => {
    const { size } = this;
    this.#borrower?.onResize(size);
    clearTimeout(this.#sizeTimer);
    this.#sizeTimer = setTimeout(() => {
      if (this.size.rows !== size.rows || this.size.cols !== size.cols) this.#resized();
    }, SIZE_CHECK_MS);
  };

  #continued(): void {
    this.#borrower?.onContinue();
    this.#resized();
  }

  readonly #lost = (): void => this.#ended({ exitCode: 1 });

  #signalled(signal: NodeJS.Signals): void {
    if (this.#borrower?.handlesSignals !== true) dieOf(signal);
    this.#ended({ exitCode: 128 + constants.signals[signal], signal });
  }

  #ended(end: TerminalEnd): void {
    if (this.#end !== undefined) return;
    this.#stopListening();
    void this.#claim.release();
    this.#end = end;
    this.#borrower?.onGone(end);
  }
}
