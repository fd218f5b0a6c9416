import { Tag } from "../../protocol/tags.ts";
import { encodeRunState } from "../../protocol/run-command.ts";
import type { Client } from "../clients/client-connection.ts";
import type { SharedTerminal } from "../terminal/shared-terminal.ts";
import type { ShellState } from "../terminal/shell-state.ts";

/** How often the shell is looked at. */
const LOOK_MS = 25;
/** Looks in a row that must find it at an empty prompt: Ctrl+C may not have had its effect yet. */
const CERTAIN_LOOKS = 4;
/** A program that does not end by then gets Ctrl+C once more, and the signal itself. */
const AGAIN_MS = 1000;
const GIVE_UP_MS = 5000;

/** Brings a shell back to its prompt, whatever it does: with Ctrl+C, until the prompt is proven. */
export class ShellReset {
  readonly #terminal: SharedTerminal;
  readonly #onDone: (isAtPrompt: boolean) => void;
  readonly #clients: Client[] = [];
  readonly #startedMs = performance.now();
  #timer: Timer | undefined;
  #certainLooks = 0;
  #hasTriedAgain = false;

  /** @param onDone called once, before those who asked are told. */
  constructor(terminal: SharedTerminal, onDone: (isAtPrompt: boolean) => void) {
    this.#terminal = terminal;
    this.#onDone = onDone;
    // Once whoever asks has been noted. What is no shell is not interrupted: it might end by that.
    this.#timer = setTimeout(() => {
      if (terminal.shell.state().kind !== "none") terminal.shell.interrupt();
      this.#look();
    }, 0);
  }

  /** Somebody wants to know what becomes of it. */
  add(client: Client): void {
    this.#clients.push(client);
  }

  forget(client: Client): void {
    this.#clients.splice(0, Infinity, ...this.#clients.filter((it) => it !== client));
  }

  /** The session has ended. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const state = this.#terminal.shell.state();
    const isFree = state.kind === "prompt" && state.problem === undefined;
    this.#certainLooks = isFree ? this.#certainLooks + 1 : 0;
    if (this.#certainLooks >= CERTAIN_LOOKS) return this.#end(undefined);
    const elapsedMs = performance.now() - this.#startedMs;
    if (state.kind === "none" || elapsedMs > GIVE_UP_MS) return this.#end(reasonOf(state));
    if (elapsedMs > AGAIN_MS && !this.#hasTriedAgain) {
      this.#hasTriedAgain = true;
      this.#terminal.shell.interrupt();
      this.#terminal.shell.signalInterrupt();
    }
    this.#timer = setTimeout(() => this.#look(), LOOK_MS);
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
