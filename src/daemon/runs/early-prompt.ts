import type { RunOutput } from "./run-output.ts";
import type { SharedTerminal } from "../terminal/shared-terminal.ts";

/** A prompt is drawn by then, or it was none. */
const PROMPT_MS = 300;
const MAX_DELAY_MS = 1000;

/**
 * A prompt that is reported before a run's command has said its end: the command was interrupted, or
 * the shell has left its file in another way. Or the command itself shows the shell's prompt, and goes
 * on: so it takes a shell that waits there.
 */
export class EarlyPrompt {
  readonly #terminal: SharedTerminal;
  readonly #output: RunOutput;
  readonly #onBack: (status: number) => void;
  readonly #sinceMs = performance.now();
  #status: number;
  #timer: Timer | undefined;

  /** @param onBack called once, when the shell is back; not after `stop`. */
  constructor(
    terminal: SharedTerminal,
    output: RunOutput,
    status: number,
    onBack: (status: number) => void,
  ) {
    this.#terminal = terminal;
    this.#output = output;
    this.#status = status;
    this.#onBack = onBack;
    output.holdPrompt();
    this.#check(false);
  }

  /** One has been reported once more; an undefined status is the one that is known. */
  note(status: number | undefined): void {
    this.#status = status ?? this.#status;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #check(wasThere: boolean): void {
    const state = this.#terminal.shell.state();
    const isThere = state.kind === "prompt" && state.isReported;
    if (isThere && wasThere) return this.#onBack(this.#status);
    const elapsedMs = performance.now() - this.#sinceMs;
    if (elapsedMs > PROMPT_MS) this.#output.flush();
    const delayMs = isThere ? 1 : Math.min(MAX_DELAY_MS, 1 + elapsedMs / 4);
    this.#timer = setTimeout(() => this.#check(isThere), delayMs);
  }
}
