import type { ExitStatus } from "../../protocol/messages.ts";
import type { RunRequest } from "../../protocol/run-command.ts";
import type { RunFiles } from "../../sessions/files/run-files.ts";
import type { ClientConnection } from "../clients/client-connection.ts";
import type { SharedTerminal } from "../terminal/shared-terminal.ts";
import type { AtPrompt, ShellState } from "../terminal/shell-state.ts";
import { PATIENCE_MS, ShellPoll, SOON_MS } from "./shell-poll.ts";
import { ShellReset } from "./shell-reset.ts";
import { reportRun, reportSessionEnd, type QueuedRun } from "./queued-run.ts";
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
  readonly #queue: QueuedRun[] = [];
  /** The next to run, while the shell is not at its prompt. */
  #waiting: QueuedRun | undefined;
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
      return reportRun(client, { kind: "refused", reason, isBusy });
    }
    this.#queue.push({ request, client });
    this.#next();
  }

  /** Brings the shell back to its prompt; a command that runs there, or never ended, is over then. */
  reset(client: ClientConnection): void {
    if (this.#isOver) {
      const reason = "its command has ended";
      return reportRun(client, { kind: "refused", reason, isBusy: false });
    }
    this.#reset ??= new ShellReset(this.#terminal, (isAtPrompt) => {
      this.#reset = undefined;
      if (isAtPrompt) this.#active?.endAtPrompt();
    });
    this.#reset.add(client);
  }

  /** A connection is gone: its queued commands are dropped, its running one continues. */
  forget(client: ClientConnection): void {
    this.#reset?.forget(client);
    const others = this.#queue.filter((run) => run.client !== client);
    this.#queue.splice(0, Infinity, ...others);
    if (this.#waiting?.client === client) this.#drop();
    if (this.#active?.client === client) this.#active.forgetClient();
  }

  /** The session's command has ended, and every run command with it. Idempotent. */
  end(exit: ExitStatus): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#poll.stop();
    this.#reset?.stop();
    this.#active?.endWithSession(exit);
    for (const run of [this.#waiting, ...this.#queue]) reportSessionEnd(run?.client, exit);
    this.#queue.length = 0;
    this.#waiting = undefined;
    this.#active = undefined;
    removeRunFiles(this.#files);
  }

  /** Why nothing can be run at all, or not now. */
  #problemWith({ isPatient }: RunRequest): string | undefined {
    if (this.#isOver) return "its command has ended";
    const isBusy = this.#isOccupied || this.#queue.length > 0;
    if (isBusy && !isPatient) return "another run command is running in it";
    const bytes = this.#queue.reduce((sum, { request }) => sum + request.text.byteLength, 0);
    const isFull = this.#queue.length >= MAX_QUEUE || bytes > MAX_QUEUE_BYTES;
    return isFull ? "too many run commands wait for it" : undefined;
  }

  #next(): void {
    if (this.#isOccupied || this.#isOver) return;
    this.#waiting = this.#queue.shift();
    if (this.#waiting !== undefined) this.#awaitPrompt(this.#waiting);
  }

  get #isOccupied(): boolean {
    return this.#waiting !== undefined || this.#active !== undefined;
  }

  /** Polls until the shell is at its prompt, or evidently does not get there. */
  #awaitPrompt(queued: QueuedRun): void {
    this.#poll.start({
      isThere: (state): state is AtPrompt => isFree(state) && !this.#isTyping(),
      settleMs: 0,
      onThere: (prompt) => {
        this.#ended = undefined;
        this.#waiting = undefined;
        this.#run(queued, prompt);
      },
      onElsewhere: (state, elapsedMs) => {
        const reason = this.#refusalOf(queued.request, state, elapsedMs);
        if (reason === undefined) return true;
        reportRun(queued.client, { kind: "refused", reason, isBusy: state.kind !== "none" });
        this.#drop();
        this.#events.onRefusal(reason);
        return false;
      },
    });
  }

  #run(queued: QueuedRun, prompt: AtPrompt): void {
    const place = { terminal: this.#terminal, prompt, files: this.#files };
    const run = new ShellRun(queued, place, new ShellPoll(this.#terminal.shell), {
      onStart: () => this.#events.onStart(),
      onEnd: (code, isHeard) => {
        this.#ended = { ms: performance.now(), prompts: run.promptsBefore };
        this.#drop();
        this.#events.onEnd(code, isHeard);
      },
      onRefusal: (reason) => {
        this.#drop();
        this.#events.onRefusal(reason);
      },
    });
    this.#active = run;
    run.start();
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

  /** Clears the command whose turn it was, and schedules the next. */
  #drop(): void {
    clearTimeout(this.#timer);
    this.#poll.stop();
    this.#waiting = undefined;
    this.#active = undefined;
    // Later: the output at hand is still being processed.
    this.#timer = setTimeout(() => this.#next(), 0);
  }
}

function isFree(state: ShellState): state is AtPrompt {
  return state.kind === "prompt" && state.problem === undefined;
}
