import { Tag } from "../../protocol/tags.ts";
import { encodeRunState } from "../../protocol/run-command.ts";
import type { ClientConnection } from "../clients/client-connection.ts";
import type { SharedTerminal } from "../terminal/shared-terminal.ts";
import type { AtPrompt, ShellState } from "../terminal/shell-state.ts";
import { SETTLED_MS, ShellPoll, SOON_MS } from "./shell-poll.ts";

/** A program that has not ended after all of this ignores Ctrl+C. */
const GIVE_UP_MS = 5000;

/** Brings a shell back to its prompt with Ctrl+C, and ends when the prompt is proven. */
export class ShellReset {
  readonly #terminal: SharedTerminal;
  readonly #onDone: (isAtPrompt: boolean) => void;
  readonly #clients: ClientConnection[] = [];
  #timer: Timer | undefined;
  readonly #poll: ShellPoll;
  #hasEndedPaste = false;
  #hasTriedAgain = false;

  /** @param onDone called once, before the clients that asked get the result. */
  constructor(terminal: SharedTerminal, onDone: (isAtPrompt: boolean) => void) {
    this.#terminal = terminal;
    this.#onDone = onDone;
    this.#poll = new ShellPoll(terminal.shell);
    // After `add`. Only a shell is interrupted: another program might end on Ctrl+C.
    this.#timer = setTimeout(() => {
      if (terminal.shell.state().kind !== "none") terminal.shell.interrupt();
      this.#awaitPrompt();
    }, 0);
  }

  /** Adds a client that gets the result. */
  add(client: ClientConnection): void {
    this.#clients.push(client);
  }

  forget(client: ClientConnection): void {
    this.#clients.splice(0, Infinity, ...this.#clients.filter((it) => it !== client));
  }

  /** The session has ended. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#poll.stop();
  }

  #awaitPrompt(): void {
    this.#poll.start({
      isThere: (state): state is AtPrompt => state.kind === "prompt" && state.problem === undefined,
      settleMs: SETTLED_MS, // Ctrl+C may not have had its effect yet
      onThere: () => this.#end(undefined),
      onElsewhere: (state, elapsedMs) => {
        const isOver = state.kind === "none" || elapsedMs > GIVE_UP_MS;
        if (isOver) this.#end(reasonOf(state));
        else if (elapsedMs > SOON_MS) this.#tryAgain();
        return !isOver;
      },
    });
  }

  /** The first Ctrl+C may have been read as a key, or as pasted. */
  #tryAgain(): void {
    if (this.#hasTriedAgain) return;
    const { shell } = this.#terminal;
    if (!this.#hasEndedPaste) {
      this.#hasEndedPaste = true;
      // Read before Ctrl+C is typed, which makes the kernel drop what is not.
      if (shell.endPaste()) return;
    }
    this.#hasTriedAgain = true;
    shell.interrupt();
    shell.signalInterrupt();
  }

  #end(reason: string | undefined): void {
    this.#onDone(reason === undefined);
    const state =
      reason === undefined
        ? ({ kind: "ended", code: 0 } as const)
        : ({ kind: "refused", reason, isBusy: false } as const);
    for (const client of this.#clients) client.send(Tag.RunState, encodeRunState(state));
  }
}

function reasonOf(state: ShellState): string {
  if (state.kind === "none") return state.reason;
  const reason = state.kind === "prompt" ? state.problem : state.reason;
  return `${reason ?? "its shell is not at its prompt for long"}, also after Ctrl+C`;
}
