import type { ExitStatus } from "../../protocol/messages.ts";
import { Tag } from "../../protocol/tags.ts";
import { encodeRunState, type RunRequest } from "../../protocol/run-command.ts";
import type { RunFiles } from "../../sessions/files/run-files.ts";
import type { ClientConnection } from "../clients/client-connection.ts";
import type { SharedTerminal } from "../terminal/shared-terminal.ts";
import type { AtPrompt, ShellState } from "../terminal/shell-state.ts";
import { PATIENCE_MS, ShellPoll, SOON_MS } from "./shell-poll.ts";
import { ShellReset } from "./shell-reset.ts";
import { removeRunFiles } from "./run-texts.ts";
import { ShellRun, type ShellRunEvents } from "./shell-run.ts";

/** Typing this recent may not have had its effect yet. */
const TYPING_MS = 100;
const TYPING = "somebody is typing in it";
/** Commands that wait for a busy shell; more are refused. */
const MAX_QUEUE = 64;
const MAX_QUEUE_BYTES = 64 * 1024 * 1024;

/** The commands that are run in a session's shell, one after the other. */
export class ShellRuns {
  readonly #terminal: SharedTerminal;
  readonly #files: RunFiles;
  readonly #events: ShellRunEvents;
  readonly #queue: ShellRun[] = [];
  #active: ShellRun | undefined;
  #reset: ShellReset | undefined;
  #timer: Timer | undefined;
  readonly #poll: ShellPoll;
  /** When the last command ended, until the shell has been seen at its prompt again. */
  #ended: { ms: number; prompts: number } | undefined;
  #isOver = false;

  constructor(terminal: SharedTerminal, files: RunFiles, events: ShellRunEvents) {
    this.#terminal = terminal;
    this.#poll = new ShellPoll(terminal.shell);
    this.#files = files;
    this.#events = events;
  }

  /** Runs text, or reports why it cannot. */
  start(client: ClientConnection, request: RunRequest): void {
    const reason = this.#problemWith(request);
    if (reason !== undefined) {
      const isBusy = !this.#isOver;
      return client.send(Tag.RunState, encodeRunState({ kind: "refused", reason, isBusy }));
    }
    const events: ShellRunEvents = {
      onStart: () => this.#events.onStart(),
      onEnd: (code, isHeard) => {
        this.#ended = { ms: performance.now(), prompts: run.promptsBefore };
        this.#drop();
        this.#events.onEnd(code, isHeard);
      },
      onRefusal: (text) => {
        this.#drop();
        this.#events.onRefusal(text);
      },
    };
    const run = new ShellRun(request, client, new ShellPoll(this.#terminal.shell), events);
    this.#queue.push(run);
    this.#next();
  }

  /** Brings the shell back to its prompt; a command that runs there, or never ended, is over then. */
  reset(client: ClientConnection): void {
    if (this.#isOver) {
      const reason = "its command has ended";
      return client.send(Tag.RunState, encodeRunState({ kind: "refused", reason, isBusy: false }));
    }
    this.#reset ??= new ShellReset(this.#terminal, (isAtPrompt) => {
      this.#reset = undefined;
      if (isAtPrompt) this.#active?.endAtPrompt({ terminal: this.#terminal, files: this.#files });
    });
    this.#reset.add(client);
  }

  /** A connection is gone: its queued commands are dropped, its running one continues. */
  forget(client: ClientConnection): void {
    this.#reset?.forget(client);
    const others = this.#queue.filter((run) => run.client !== client);
    this.#queue.splice(0, Infinity, ...others);
    if (this.#active?.client !== client) return;
    this.#active.forgetClient({ terminal: this.#terminal, files: this.#files });
    if (this.#active.isWaiting) this.#drop();
  }

  /** The session's command has ended, and every run command with it. Idempotent. */
  end(exit: ExitStatus): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#poll.stop();
    this.#reset?.stop();
    for (const run of [this.#active, ...this.#queue]) run?.endWithSession(exit);
    this.#queue.length = 0;
    this.#active = undefined;
    removeRunFiles(this.#files);
  }

  /** Why nothing can be run at all, or not now. */
  #problemWith({ isPatient }: RunRequest): string | undefined {
    if (this.#isOver) return "its command has ended";
    const isBusy = this.#active !== undefined || this.#queue.length > 0;
    if (isBusy && !isPatient) return "another run command is running in it";
    const bytes = this.#queue.reduce((sum, { request }) => sum + request.text.byteLength, 0);
    const isFull = this.#queue.length >= MAX_QUEUE || bytes > MAX_QUEUE_BYTES;
    return isFull ? "too many run commands wait for it" : undefined;
  }

  #next(): void {
    if (this.#active !== undefined || this.#isOver) return;
    this.#active = this.#queue.shift();
    if (this.#active !== undefined) this.#awaitPrompt(this.#active);
  }

  /** Polls until the shell is at its prompt, or evidently does not get there. */
  #awaitPrompt(run: ShellRun): void {
    this.#poll.start({
      isThere: (state): state is AtPrompt => isFree(state) && !this.#isTyping(),
      settleMs: 0,
      onThere: (prompt) => {
        this.#ended = undefined;
        run.start({ terminal: this.#terminal, prompt, files: this.#files });
      },
      onElsewhere: (state, elapsedMs) => {
        const refusal = this.#refusalOf(run.request, state, elapsedMs);
        if (refusal !== undefined) run.refuse(refusal, state.kind !== "none");
        return refusal === undefined;
      },
    });
  }

  /** Why a command does not wait any longer for a shell in this state. */
  #refusalOf(request: RunRequest, state: ShellState, elapsedMs: number): string | undefined {
    if (state.kind === "none") return state.reason;
    if (request.isPatient) return undefined;
    // At a free prompt only typing can have been in the way, and it may have stopped by now.
    const mayChange =
      state.kind === "soon" || (state.kind === "prompt" && (isFree(state) || this.#isTyping()));
    const isOnItsWay = this.#isOnItsWay();
    const isLate = elapsedMs > (isOnItsWay ? PATIENCE_MS : SOON_MS);
    if (!isLate && (mayChange || isOnItsWay)) return undefined;
    return state.kind === "prompt" ? (state.problem ?? TYPING) : state.reason;
  }

  #isTyping(): boolean {
    return this.#terminal.shell.typing.idleMs < TYPING_MS;
  }

  /**
   * Whether the shell has just started, or just ended a run command, and has shown no prompt since:
   * its start-up files or hooks may be running programs.
   */
  #isOnItsWay(): boolean {
    const { typing, ageMs, integration } = this.#terminal.shell;
    const prompts = integration?.state().kind === "works" ? integration.prompts : undefined;
    if (this.#ended === undefined) {
      return !typing.hasTyped && (prompts ?? 0) === 0 && ageMs < PATIENCE_MS;
    }
    const elapsedMs = performance.now() - this.#ended.ms;
    if (prompts !== undefined) return prompts === this.#ended.prompts && elapsedMs < PATIENCE_MS;
    return !typing.hasTyped && elapsedMs < SOON_MS;
  }

  /** Clears the active command and schedules the next. */
  #drop(): void {
    clearTimeout(this.#timer);
    this.#poll.stop();
    this.#active = undefined;
    // Later: the output at hand is still being processed.
    this.#timer = setTimeout(() => this.#next(), 0);
  }
}

function isFree(state: ShellState): state is AtPrompt {
  return state.kind === "prompt" && state.problem === undefined;
}
