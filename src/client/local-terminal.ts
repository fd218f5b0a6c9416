import { writeSync } from "node:fs";
import { constants } from "node:os";
import { isatty, type ReadStream } from "node:tty";

import { errnoOf, TsmError } from "../base/errors.ts";
import type { Size } from "../protocol/messages.ts";
import { CLEAR_SCREEN, TERMINAL_RESET } from "../protocol/terminal-reset.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import { RawMode } from "../pty/raw-mode.ts";
import { TerminalWriter } from "./terminal-writer.ts";
import { TitleDepth } from "./title-depth.ts";

const STDIN = 0;
const STDOUT = 1;
const SAVE_TITLE = "\x1b[22;0t";
const RESTORE_TITLE = "\x1b[23;0t";
const FATAL_SIGNALS = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const;
/** In a storm of SIGWINCH Bun loses some, also the last: so the size is looked at once more. */
const SIZE_CHECK_MS = 100;
/** How long the last output may take to be written before the terminal is restored over it. */
const LAST_OUTPUT_MS = 500;

export interface TerminalEvents {
  onInput(bytes: Uint8Array): void;
  onResize(size: Size): void;
  /** The terminal has taken all that was written. */
  onDrain(): void;
  /** The terminal is gone, or a signal ends this program; `exitCode` is its status. */
  onGone(exitCode: number): void;
}

/**
 * The user's own terminal while sessions are shown in it: raw mode, input, output, and whatever
 * way this ends, everything as it was. It outlives a switch from one session to the next.
 */
export class LocalTerminal {
  readonly #input: ReadStream;
  readonly #writer: TerminalWriter;
  readonly #mode: RawMode | undefined;
  readonly #titles = new TitleDepth();
  #events: TerminalEvents | undefined;
  /** Input that came while no session listened. */
  #early: Uint8Array[] = [];
  #isRestored = false;
  #exitCode: number | undefined;
  #sizeTimer: Timer | undefined;

  /**
   * Takes the terminal over.
   * @throws TsmError `not-a-terminal` when standard input or output is none.
   */
  constructor() {
    LocalTerminal.requireTerminal();
    this.#input = process.stdin;
    this.#writer = new TerminalWriter(
      STDOUT,
      () => this.#events?.onDrain(),
      () => this.#end(1),
    );
    process.on("exit", this.#restoreNow);
    process.on("uncaughtException", this.#fail);
    process.on("unhandledRejection", this.#fail);
    // Not SIGWINCH itself: while that is handled, Bun still has the size before.
    process.stdout.on("resize", this.#resized);
    process.on("SIGCONT", this.#continued);
    for (const signal of FATAL_SIGNALS) process.on(signal, this.#signalled);
    this.#mode = RawMode.enter(STDIN);
    this.#input.on("data", this.#receive);
    this.#input.on("end", () => this.#end(1));
    this.#input.on("error", () => this.#end(1));
    this.write(encodeUtf8(SAVE_TITLE));
  }

  /** @throws TsmError `not-a-terminal`; nothing has been touched then. */
  static requireTerminal(): void {
    if (!isatty(STDIN)) throw notATerminal("input");
    if (!isatty(STDOUT)) throw notATerminal("output");
  }

  /** Present size of the terminal. */
  get size(): Size {
    const [cols, rows] = process.stdout.getWindowSize();
    return { rows: rows > 0 ? rows : 24, cols: cols > 0 ? cols : 80 };
  }

  /** Status to end with once the terminal is gone or a signal has come; undefined until then. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Bytes that the terminal has not taken yet. */
  get pendingBytes(): number {
    return this.#writer.pendingBytes;
  }

  /** Sends events to a session from now on; what was typed meanwhile comes first. */
  listen(events: TerminalEvents): void {
    this.#events = events;
    if (this.#exitCode !== undefined) return events.onGone(this.#exitCode);
    for (const bytes of this.#early.splice(0)) events.onInput(bytes);
  }

  /** Keeps what is typed for the next `listen`; `rest` was typed already but is for nobody yet. */
  unlisten(rest: Uint8Array): void {
    this.#events = undefined;
    if (rest.byteLength > 0) this.#early.unshift(rest.slice());
  }

  write(bytes: Uint8Array): void {
    this.#titles.follow(bytes);
    this.#writer.write(bytes);
  }

  pauseInput(): void {
    this.#input.pause();
  }

  resumeInput(): void {
    this.#input.resume();
  }

  /** Gives the terminal back with a clean screen, once the last output is written. */
  async restore(): Promise<void> {
    this.#input.pause(); // what is typed from here on is for the shell
    await Promise.race([this.#writer.idle(), Bun.sleep(LAST_OUTPUT_MS)]);
    this.#restoreNow();
  }

  readonly #restoreNow = (): void => {
    if (this.#isRestored) return;
    this.#isRestored = true;
    clearTimeout(this.#sizeTimer);
    this.#writer.close();
    const titles = RESTORE_TITLE.repeat(this.#titles.depth);
    for (const text of [TERMINAL_RESET, CLEAR_SCREEN, titles]) {
      if (!writeNow(text)) break;
    }
    this.#input.off("data", this.#receive);
    this.#input.pause();
    this.#mode?.leave();
    process.off("exit", this.#restoreNow);
    process.stdout.off("resize", this.#resized);
    process.off("SIGCONT", this.#continued);
    for (const signal of FATAL_SIGNALS) process.off(signal, this.#signalled);
  };

  readonly #receive = (bytes: Uint8Array): void => {
    if (this.#events === undefined) this.#early.push(bytes);
    else this.#events.onInput(bytes);
  };

  readonly #resized = (): void => {
    const { size } = this;
    this.#events?.onResize(size);
    clearTimeout(this.#sizeTimer);
    this.#sizeTimer = setTimeout(() => {
      if (this.size.rows !== size.rows || this.size.cols !== size.cols) this.#resized();
    }, SIZE_CHECK_MS);
  };

  /** Stopped and continued: a shell may have taken the terminal meanwhile. */
  readonly #continued = (): void => {
    this.#mode?.apply();
    this.#resized();
  };

  readonly #signalled = (signal: NodeJS.Signals): void =>
    this.#end(128 + (constants.signals[signal] ?? 0));

  readonly #fail = (error: unknown): void => {
    this.#restoreNow();
    process.off("uncaughtException", this.#fail);
    process.off("unhandledRejection", this.#fail);
    throw error;
  };

  #end(exitCode: number): void {
    this.#exitCode ??= exitCode;
    this.#restoreNow();
    this.#events?.onGone(exitCode);
  }
}

function writeNow(text: string): boolean {
  try {
    writeSync(STDOUT, text);
    return true;
  } catch (error) {
    // EIO, EPIPE: nobody is there to see it. EAGAIN: a shared descriptor that somebody made so.
    if (errnoOf(error) !== undefined) return false;
    throw error;
  }
}

function notATerminal(stream: "input" | "output"): TsmError {
  return new TsmError("not-a-terminal", `Cannot attach: standard ${stream} is not a terminal.`, {
    remedy: "Run this in a terminal, without pipes.",
  });
}
