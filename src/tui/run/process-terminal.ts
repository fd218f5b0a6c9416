import { isatty } from "node:tty";

import { DEFAULT_SIZE } from "../../base/default-size.ts";
import { TsmError } from "../../base/errors.ts";
import { TerminalClaim } from "../../pty/user-terminal/terminal-claim.ts";
import { LEAVE_PICKER } from "./picker-terminal.ts";
import type { PickerTerminal, PickerTerminalEvents } from "./picker-terminal.ts";

const STDIN = 0;
const STDOUT = 1;

/** This process's terminal while the picker owns it. Whatever way that ends, it is as it was. */
export class ProcessTerminal implements PickerTerminal {
  readonly #input = process.stdin;
  readonly #claim: TerminalClaim;
  #events: PickerTerminalEvents | undefined;
  /** Input that came while nobody listened. */
  #early: Uint8Array[] = [];

  /** @throws TsmError `not-a-terminal`; nothing has been touched then. */
  constructor({ isDumb }: { isDumb: boolean }) {
    if (!isatty(STDIN)) throw notATerminal("input");
    if (!isatty(STDOUT)) throw notATerminal("output");
    if (isDumb) throw dumbTerminal();
    this.#claim = new TerminalClaim({
      isRaw: true,
      leave: () => LEAVE_PICKER,
      onContinue: () => this.#events?.onContinue(),
      onDrain: () => this.#events?.onDrain(),
      onGone: () => this.#events?.onGone(),
    });
    process.on("SIGWINCH", this.#resized);
    this.#input.on("data", this.#receive);
    this.#input.on("end", this.#lost);
    this.#input.on("error", this.#lost);
    this.#input.resume();
  }

  get size(): { rows: number; cols: number } {
    const [cols, rows] = process.stdout.getWindowSize();
    return { rows: rows > 0 ? rows : DEFAULT_SIZE.rows, cols: cols > 0 ? cols : DEFAULT_SIZE.cols };
  }

  get pendingBytes(): number {
    return this.#claim.pendingBytes;
  }

  write(bytes: Uint8Array): void {
    this.#claim.write(bytes);
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
   * Takes the picker's modes back and lets go of the terminal, once all output is written. With
   * `keepsRaw` raw mode stays for a program that takes over at once, so that no key is echoed or lost
   * in between.
   * @returns what was typed and read since.
   */
  async release(keepsRaw: boolean): Promise<Uint8Array> {
    await (keepsRaw ? this.#claim.passOn() : this.#claim.release());
    this.#input.pause(); // what comes from here on is for the next reader
    this.#input.off("data", this.#receive);
    this.#input.off("end", this.#lost);
    this.#input.off("error", this.#lost);
    process.off("SIGWINCH", this.#resized);
    return Buffer.concat(this.#early.splice(0));
  }

  readonly #receive = (bytes: Uint8Array): void => {
    if (this.#events === undefined) this.#early.push(bytes);
    else this.#events.onInput(bytes);
  };

  readonly #resized = (): void => this.#events?.onResize(this.size);

  readonly #lost = (): void => this.#events?.onGone();
}

function dumbTerminal(): TsmError {
  return new TsmError(
    "not-a-terminal",
    "Cannot show the picker: TERM says that this terminal obeys no control sequences.",
    { remedy: "Set TERM to what it is; 'tsm ls' lists sessions, 'tsm attach NAME' attaches." },
  );
}

function notATerminal(stream: "input" | "output"): TsmError {
  return new TsmError(
    "not-a-terminal",
    `Cannot show the picker: standard ${stream} is not a terminal.`,
    {
      remedy:
        "Run this in a terminal, without pipes or with </dev/tty; 'tsm ls' lists sessions anywhere.",
    },
  );
}
