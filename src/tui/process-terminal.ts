import { writeSync } from "node:fs";
import { isatty } from "node:tty";

import { errnoOf, TsmError } from "../base/errors.ts";
import { RawMode } from "../pty/raw-mode.ts";
import { ENTER_PICKER, LEAVE_PICKER } from "./picker-terminal.ts";
import type { PickerTerminal, PickerTerminalEvents } from "./picker-terminal.ts";

const STDIN = 0;
const STDOUT = 1;
const FATAL_SIGNALS = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const;

/**
 * This process's terminal while the picker owns it. Writes are synchronous: when the picker is
 * gone, all it wrote is out. Whatever way it ends, the terminal is as it was.
 */
export class ProcessTerminal implements PickerTerminal {
  readonly #input = process.stdin;
  readonly #mode: RawMode | undefined;
  #events: PickerTerminalEvents | undefined;
  /** Input that came while nobody listened. */
  #early: Uint8Array[] = [];
  #isOwned = false;

  /** @throws TsmError `not-a-terminal`; nothing has been touched then. */
  constructor() {
    if (!isatty(STDIN)) throw notATerminal("input");
    if (!isatty(STDOUT)) throw notATerminal("output");
    this.#isOwned = true;
    process.on("exit", this.#giveBack);
    process.on("uncaughtException", this.#fail);
    process.on("unhandledRejection", this.#fail);
    process.on("SIGWINCH", this.#resized);
    process.on("SIGCONT", this.#continued);
    for (const signal of FATAL_SIGNALS) process.on(signal, this.#signalled);
    this.#mode = RawMode.enter(STDIN);
    this.#input.on("data", this.#receive);
    this.#input.on("end", this.#gone);
    this.#input.on("error", this.#gone);
    this.#input.resume();
  }

  get size(): { rows: number; cols: number } {
    const [cols, rows] = process.stdout.getWindowSize();
    return { rows: rows > 0 ? rows : 24, cols: cols > 0 ? cols : 80 };
  }

  write(bytes: Uint8Array): void {
    if (this.#isOwned && !writeAll(bytes)) this.#gone();
  }

  listen(events: PickerTerminalEvents): void {
    this.#events = events;
    for (const bytes of this.#early.splice(0)) events.onInput(bytes);
  }

  unlisten(rest: Uint8Array): void {
    this.#events = undefined;
    if (rest.byteLength > 0) this.#early.unshift(rest);
  }

  /**
   * Lets go of the terminal, whose picker modes must be off already. With `keepsRaw` raw mode stays
   * for a program that takes over at once, so that no key is echoed or lost in between.
   * @returns what was typed and read since.
   */
  release(keepsRaw: boolean): Uint8Array {
    this.#input.pause(); // what comes from here on is for the next reader
    this.#forget();
    if (keepsRaw) process.once("exit", () => this.#mode?.leave());
    else this.#mode?.leave();
    return Buffer.concat(this.#early.splice(0));
  }

  readonly #receive = (bytes: Uint8Array): void => {
    if (this.#events === undefined) this.#early.push(bytes);
    else this.#events.onInput(bytes);
  };

  readonly #resized = (): void => this.#events?.onResize(this.size);

  /** Stopped and continued: a shell may have used the terminal meanwhile. */
  readonly #continued = (): void => {
    this.#mode?.apply();
    this.write(Buffer.from(LEAVE_PICKER + ENTER_PICKER));
    this.#resized();
  };

  readonly #gone = (): void => {
    this.#giveBack();
    this.#events?.onGone(1);
  };

  /** Dies of the signal as if it had not been caught, with the terminal in order. */
  readonly #signalled = (signal: NodeJS.Signals): void => {
    this.#giveBack();
    process.kill(process.pid, signal);
  };

  readonly #fail = (error: unknown): void => {
    this.#giveBack();
    throw error;
  };

  /** Takes the picker's modes back too: for the ways out that the picker does not see. */
  readonly #giveBack = (): void => {
    if (!this.#isOwned) return;
    writeAll(Buffer.from(LEAVE_PICKER));
    this.#input.pause();
    this.#forget();
    this.#mode?.leave();
  };

  #forget(): void {
    this.#isOwned = false;
    this.#input.off("data", this.#receive);
    this.#input.off("end", this.#gone);
    this.#input.off("error", this.#gone);
    process.off("exit", this.#giveBack);
    process.off("uncaughtException", this.#fail);
    process.off("unhandledRejection", this.#fail);
    process.off("SIGWINCH", this.#resized);
    process.off("SIGCONT", this.#continued);
    for (const signal of FATAL_SIGNALS) process.off(signal, this.#signalled);
  }
}

/** @returns false when nobody is there to see it. */
function writeAll(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.byteLength;) {
    try {
      at += writeSync(STDOUT, bytes, at);
    } catch (error) {
      // EAGAIN: somebody made the shared descriptor non-blocking, and the terminal is slow.
      if (errnoOf(error) === "EAGAIN") Bun.sleepSync(1);
      else if (errnoOf(error) === undefined) throw error;
      else return false;
    }
  }
  return true;
}

function notATerminal(stream: "input" | "output"): TsmError {
  return new TsmError(
    "not-a-terminal",
    `Cannot show the picker: standard ${stream} is not a terminal.`,
    { remedy: "Run this in a terminal, without pipes; 'tsm ls' lists sessions anywhere." },
  );
}
