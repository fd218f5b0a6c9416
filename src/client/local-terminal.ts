import { constants } from "node:os";
import { isatty, type ReadStream } from "node:tty";

import { DEFAULT_SIZE } from "../base/default-size.ts";
import { TsmError } from "../base/errors.ts";
import type { TerminalKind } from "../config/environment.ts";
import type { Size } from "../protocol/messages.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import { loadLibc } from "../system/system-calls.ts";
import { TerminalClaim } from "../pty/user-terminal/terminal-claim.ts";
import { TakenTerminal } from "./taken-terminal.ts";

const STDIN = 0;
const STDOUT = 1;
/** In a storm of SIGWINCH Bun loses some, also the last: so the size is looked at once more. */
const SIZE_CHECK_MS = 100;

/** Why a program has to leave a session: its terminal is gone, or a signal ends it. */
export interface TerminalEnd {
  exitCode: number;
  signal?: NodeJS.Signals;
}

export interface UserTerminalEvents {
  onInput(bytes: Uint8Array): void;
  onResize(size: Size): void;
  /** The terminal has taken all that was written. */
  onDrain(): void;
  /** The program asks for pastes in brackets no longer. */
  onPasteModeOff?(): void;
  /** The terminal has taken some of what had to wait. */
  onProgress?(): void;
  /** This program was stopped and goes on: the terminal is empty, and shows nothing by itself. */
  onContinue(): void;
  /** The terminal is gone, or a signal ends this program; it has been given back. */
  onGone(end: TerminalEnd): void;
}

/**
 * The user's own terminal while sessions are shown in it: raw mode, input, output, and whatever
 * way this ends, everything as it was. It outlives a switch from one session to the next.
 */
export class LocalTerminal {
  readonly #input: ReadStream;
  readonly #claim: TerminalClaim;
  readonly #state: TakenTerminal;
  #events: UserTerminalEvents | undefined;
  /** Input that came while no session listened. */
  #early: Uint8Array[] = [];
  #end: TerminalEnd | undefined;
  #sizeTimer: Timer | undefined;

  /**
   * Takes the terminal over.
   * @throws TsmError `not-a-terminal` when standard input or output is none.
   */
  constructor(kind: TerminalKind) {
    LocalTerminal.requireTerminal();
    this.#state = new TakenTerminal(kind, {
      onLateKeys: (bytes) => this.#deliver(bytes),
      onPasteModeOff: () => this.#events?.onPasteModeOff?.(),
    });
    this.#input = process.stdin;
    this.#claim = new TerminalClaim({
      isRaw: true,
      leave: () => this.#state.leave(),
      lateAnswers: () => this.#state.lateAnswers(),
      owedAnswers: () => this.#state.owedAnswers(),
      onContinue: () => this.#continued(),
      onDrain: () => this.#events?.onDrain(),
      onProgress: () => this.#events?.onProgress?.(),
      onGone: () => this.#ended({ exitCode: 1 }),
      onSignal: (signal) => this.#ended({ exitCode: 128 + constants.signals[signal], signal }),
    });
    // Not SIGWINCH itself: while that is handled, Bun still has the size before.
    process.stdout.on("resize", this.#resized);
    this.#input.on("data", this.#receive);
    this.#input.on("end", this.#lost);
    this.#input.on("error", this.#lost);
    this.#writeOwn(this.#state.begin());
  }

  /** @throws TsmError `not-a-terminal`; nothing has been touched then. */
  static requireTerminal(): void {
    if (!isatty(STDIN)) throw notATerminal("input");
    if (!isatty(STDOUT)) throw notATerminal("output");
  }

  /** Whether it obeys no control sequences: it gets none but the program's. */
  get isDumb(): boolean {
    return this.#state.isDumb;
  }

  /** Present size of the terminal, or a usual one where it is not known. */
  get size(): Size {
    return this.knownSize ?? DEFAULT_SIZE;
  }

  /** Present size of the terminal; undefined where the system knows none, as on a serial line. */
  get knownSize(): Size | undefined {
    const [cols, rows] = process.stdout.getWindowSize();
    return rows > 0 && cols > 0 ? { rows, cols } : undefined;
  }

  /** How it has ended; undefined until then. */
  get end(): TerminalEnd | undefined {
    return this.#end;
  }

  /** Bytes that the terminal has not taken yet. */
  get pendingBytes(): number {
    return this.#claim.pendingBytes;
  }

  /** Bytes that were ever written. */
  get writtenBytes(): number {
    return this.#claim.takenBytes + this.#claim.pendingBytes;
  }

  /** Bytes that the terminal has taken. */
  get takenBytes(): number {
    return this.#claim.takenBytes;
  }

  /** Sends events to a session from now on; what was typed meanwhile comes first. */
  listen(events: UserTerminalEvents): void {
    this.#events = events;
    if (this.#end !== undefined) return events.onGone(this.#end);
    for (const bytes of this.#early.splice(0)) events.onInput(bytes);
  }

  /** Keeps what is typed for the next `listen`; `rest` was typed already but is for nobody yet. */
  unlisten(rest: Uint8Array): void {
    this.#events = undefined;
    if (rest.byteLength > 0) this.#early.unshift(rest.slice());
  }

  /** Writes what a session prints. */
  write(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.#writeOwn(this.#state.follow(bytes));
    this.#claim.write(bytes);
  }

  /** Makes it what a new terminal would be, with an empty screen, for the picture of a session. */
  prepare(): void {
    this.#writeOwn(this.#state.prepare(this.size.rows));
  }

  /** Takes back what the session has set, in the middle of its output. */
  reset(): void {
    this.#writeOwn(this.#state.reset());
  }

  #writeOwn(text: string): void {
    this.#claim.write(encodeUtf8(text));
  }

  /** Whether something has been typed that has not been read. */
  get hasInput(): boolean {
    return this.#input.isPaused() || loadLibc().isReadable(STDIN);
  }

  pauseInput(): void {
    this.#input.pause();
  }

  resumeInput(): void {
    this.#input.resume();
  }

  /** Gives the terminal back with a clean screen, once the last output is written. */
  async restore(): Promise<void> {
    this.#stopListening(); // what is typed from here on is for the shell
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

  readonly #receive = (bytes: Uint8Array): void => {
    this.#deliver(this.#state.take(bytes));
  };

  #deliver(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    if (this.#events === undefined) this.#early.push(bytes);
    else this.#events.onInput(bytes);
  }

  readonly #resized = (): void => {
    const { size } = this;
    this.#events?.onResize(size);
    clearTimeout(this.#sizeTimer);
    this.#sizeTimer = setTimeout(() => {
      if (this.size.rows !== size.rows || this.size.cols !== size.cols) this.#resized();
    }, SIZE_CHECK_MS);
  };

  #continued(): void {
    this.#writeOwn(this.#state.begin());
    this.#events?.onContinue();
    this.#resized();
  }

  readonly #lost = (): void => this.#ended({ exitCode: 1 });

  #ended(end: TerminalEnd): void {
    if (this.#end !== undefined) return;
    this.#stopListening();
    void this.#claim.release();
    this.#end = end;
    this.#events?.onGone(end);
  }
}

function notATerminal(stream: "input" | "output"): TsmError {
  return new TsmError("not-a-terminal", `Cannot attach: standard ${stream} is not a terminal.`, {
    remedy: "Run this in a terminal, without pipes or with </dev/tty.",
  });
}
