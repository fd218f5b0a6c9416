import { TsmError } from "../base/errors.ts";
import type { TerminalKind } from "../config/environment.ts";
import type { Size } from "../protocol/messages.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import { KeptInput } from "../pty/user-terminal/kept-input.ts";
import { UserTerminal, type TerminalEnd } from "../pty/user-terminal/user-terminal.ts";
import { TakenTerminal } from "./taken-terminal.ts";

export interface UserTerminalEvents {
  onInput(bytes: Uint8Array): void;
  onResize(size: Size): void;
  /** The terminal has accepted all that was written. */
  onDrain(): void;
  /** The program has turned bracketed paste off. */
  onPasteModeOff?(): void;
  /** The terminal has accepted some of the pending output. */
  onProgress?(): void;
  /** This program was stopped and resumes: the terminal is empty, and shows nothing by itself. */
  onContinue(): void;
  /** The terminal is gone, or a signal ends this program; it has been given back. */
  onGone(end: TerminalEnd): void;
}

/**
 * The user's own terminal while sessions are shown in it: each finds it as a new one is, and the user
 * as it was. It outlives a switch from one session to the next, and can be lent in between.
 */
export class LocalTerminal {
  readonly #terminal: UserTerminal;
  readonly #state: TakenTerminal;
  readonly #kept = new KeptInput(() => this.pauseInput());
  #events: UserTerminalEvents | undefined;

  /**
   * Takes the terminal over, or uses one that has been taken; `restore` gives it back.
   * @throws TsmError `not-a-terminal` when standard input or output is none.
   */
  constructor(kind: TerminalKind, taken?: UserTerminal) {
    if (taken === undefined) LocalTerminal.requireTerminal();
    this.#state = new TakenTerminal(kind, {
      onLateKeys: (bytes) => this.#kept.deliver(bytes),
      onPasteModeOff: () => this.#events?.onPasteModeOff?.(),
    });
    this.#terminal = taken ?? new UserTerminal();
    this.#writeOwn(this.#state.begin());
    this.#terminal.listen({
      onInput: (bytes) => this.#kept.deliver(this.#state.take(bytes)),
      onResize: (size) => this.#events?.onResize(size),
      leave: () => this.#state.leave(),
      lateAnswers: () => this.#state.lateAnswers(),
      owedAnswers: () => this.#state.owedAnswers(),
      onDrain: () => this.#events?.onDrain(),
      onProgress: () => this.#events?.onProgress?.(),
      onContinue: () => this.#continued(),
      onGone: (end) => this.#events?.onGone(end),
      handlesSignals: true,
    });
  }

  /** @throws TsmError `not-a-terminal`; nothing has been touched then. */
  static requireTerminal(): void {
    const stream = UserTerminal.missingStream();
    if (stream !== undefined) throw notATerminal(stream);
  }

  /** Whether the terminal obeys no control sequences: then it gets only those of the program. */
  get isDumb(): boolean {
    return this.#state.isDumb;
  }

  /** Present size of the terminal, or a usual one where it is not known. */
  get size(): Size {
    return this.#terminal.size;
  }

  /** Present size of the terminal; undefined where the system knows none, as on a serial line. */
  get knownSize(): Size | undefined {
    return this.#terminal.knownSize;
  }

  /** How it has ended; undefined until then. */
  get end(): TerminalEnd | undefined {
    return this.#terminal.end;
  }

  /** Bytes that the terminal has not accepted yet. */
  get pendingBytes(): number {
    return this.#terminal.pendingBytes;
  }

  /** Bytes that were ever written. */
  get writtenBytes(): number {
    return this.#terminal.takenBytes + this.#terminal.pendingBytes;
  }

  /** Bytes that the terminal has accepted. */
  get takenBytes(): number {
    return this.#terminal.takenBytes;
  }

  /** Whether something has been typed that has not been read. */
  get hasInput(): boolean {
    return this.#terminal.hasInput;
  }

  /** Sends events to a session from now on, kept input first. */
  listen(events: UserTerminalEvents): void {
    this.#events = events;
    if (this.end !== undefined) return events.onGone(this.end);
    this.resumeInput();
    this.#kept.listen((bytes) => events.onInput(bytes));
  }

  /** Keeps input for the next `listen`; `rest` was already read and comes first. */
  unlisten(rest: Uint8Array): void {
    this.#events = undefined;
    this.#kept.unlisten(rest);
  }

  /** Writes the output of a session. */
  write(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.#writeOwn(this.#state.follow(bytes));
    this.#terminal.write(bytes);
  }

  /** Resets the terminal to the state of a new one, with an empty screen, before a session is drawn. */
  prepare(): void {
    this.#writeOwn(this.#state.prepare(this.size.rows));
  }

  /** Undoes the settings of the session in the middle of its output. */
  reset(): void {
    this.#writeOwn(this.#state.reset());
  }

  pauseInput(): void {
    this.#terminal.pauseInput();
  }

  resumeInput(): void {
    this.#terminal.resumeInput();
  }

  /** Gives the terminal back with a clean screen, once the last output is written. */
  async restore(): Promise<void> {
    await this.#terminal.release();
  }

  #writeOwn(text: string): void {
    this.#terminal.write(encodeUtf8(text));
  }

  #continued(): void {
    this.#writeOwn(this.#state.begin());
    this.#events?.onContinue();
  }
}

function notATerminal(stream: "input" | "output"): TsmError {
  return new TsmError("not-a-terminal", `Cannot attach: standard ${stream} is not a terminal.`, {
    remedy: "Run this in a terminal, without pipes or with </dev/tty.",
  });
}
