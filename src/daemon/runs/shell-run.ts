import { randomBytes } from "node:crypto";

import type { ExitStatus } from "../../protocol/messages.ts";
import type { ShellMark } from "../../protocol/shell-mark.ts";
import type { RunRequest } from "../../protocol/run-command.ts";
import type { RunFiles } from "../../sessions/files/run-files.ts";
import { runScript, statusFile } from "../../shell/run-script.ts";
import type { ClientConnection } from "../clients/client-connection.ts";
import { reportRun, reportSessionEnd, type QueuedRun } from "./queued-run.ts";
import { removeRunFiles, typedBytes, writeRunFiles, writeStatusFile } from "./run-texts.ts";
import { RunOutput } from "./run-output.ts";
import { PATIENCE_MS, SETTLED_MS, SOON_MS, type ShellPoll } from "./shell-poll.ts";
import type { SharedTerminal } from "../terminal/shared-terminal.ts";
import type { AtPrompt, ShellState } from "../terminal/shell-state.ts";

/** After output has stopped for this long, a command may have ended without reporting it. */
const QUIET_MS = 50;
/** A shell has drawn its prompt by then; later output is the command's, which showed a prompt. */
const DRAWN_MS = 300;
/** The exit status after Ctrl+C, for a shell that does not report one. */
const INTERRUPTED = 130;

const NOT_READ = "its shell does not read the file that a run command is in";

export interface ShellRunEvents {
  /** The shell has begun to run it. */
  onStart(): void;
  /** It has ended. With `isHeard` the requester was sent the exit code. */
  onEnd(code: number, isHeard: boolean): void;
  /** It was not run. */
  onRefusal(reason: string): void;
}

/** Where a command is run. */
export interface RunPlace {
  terminal: SharedTerminal;
  /** The prompt at which its line is typed. */
  prompt: AtPrompt;
  files: RunFiles;
}

/**
 * One text that a shell at its prompt is made to run. A line is typed that makes the shell read a file;
 * the file reports its start and end in private marks, and the output in between is the text's own.
 *
 * | phase | meaning | leaves it |
 * |---|---|---|
 * | `typed` | the line is typed | run-started mark; given up if the shell ignores the line |
 * | `running` | the text runs | run-ended mark; a prompt; a quiet shell that is back at its prompt |
 * | `asking` | the line is typed again, for a file that only reports the exit status | run-ended mark, a prompt or a time-out |
 * | `over` | ended or refused | |
 *
 * Shells with our integration, and every command that ends normally, need the marks only. The rest of
 * `running`, and `asking`, are for a plain shell whose command was interrupted.
 */
export class ShellRun {
  /** How many prompts the shell had reported when the text began, later when it ended. */
  promptsBefore = 0;
  readonly #request: RunRequest;
  readonly #place: RunPlace;
  readonly #events: ShellRunEvents;
  readonly #nonce = randomBytes(8).toString("hex");
  /** The requester, who gets the output; undefined once it has left or needs no output. */
  #client: ClientConnection | undefined;
  #phase: "typed" | "running" | "asking" | "over" = "typed";
  #timer: Timer | undefined;
  #typed: Uint8Array = new Uint8Array(0);
  #line: Uint8Array = new Uint8Array(0);
  #typedMs = 0;
  readonly #poll: ShellPoll;
  /** The exit status reported with a prompt while the command runs: see `#takePrompt`. */
  #promptStatus: number | undefined;
  /** The shell has drawn its prompt once more since the line was typed. */
  #hasRedrawn = false;
  #output: RunOutput | undefined;
  #endInterception: () => void = () => undefined;
  /** Whether the file also restores the integration. */
  #bringsIntegration = false;

  constructor(
    { request, client }: QueuedRun,
    place: RunPlace,
    poll: ShellPoll,
    events: ShellRunEvents,
  ) {
    this.#request = request;
    this.#client = client;
    this.#place = place;
    this.#poll = poll;
    this.#events = events;
  }

  get client(): ClientConnection | undefined {
    return this.#client;
  }

  /** Types the line into a shell that is at its prompt. */
  start(): void {
    const { terminal, prompt, files } = this.#place;
    const integration = terminal.shell.missingIntegration(prompt);
    const script = runScript(prompt.shell, files, {
      ...this.#request,
      secret: terminal.shell.secret,
      nonce: this.#nonce,
      integration,
    });
    const problem = writeRunFiles(files, script);
    if (problem !== undefined) return this.#refuse(problem, false);
    this.#bringsIntegration = integration !== undefined;
    this.#line = script.line;
    this.#endInterception = terminal.output.intercept({
      onOutput: (bytes, isOwned) => this.#take(bytes, isOwned),
      onMark: (mark) => this.#takeMark(mark),
    });
    this.#typed = typedBytes(script.line, prompt);
    terminal.shell.type(this.#typed);
    this.#typedMs = performance.now();
    this.#hasRedrawn = false;
    this.#awaitTaken(SOON_MS);
  }

  /** Polls for a shell that waits for input although a line was typed: it has ignored the line. */
  #awaitTaken(delayMs: number): void {
    const { shell } = this.#place.terminal;
    const elapsedMs = (): number => performance.now() - this.#typedMs;
    const isIgnored = (state: ShellState): state is AtPrompt => {
      if (state.kind !== "prompt") return false;
      return elapsedMs() > SOON_MS || (this.#hasRedrawn && shell.isAtEmptyPrompt());
    };
    this.#poll.start(
      {
        isThere: isIgnored,
        settleMs: SETTLED_MS,
        onThere: () => this.#giveUp(NOT_READ),
        onElsewhere: () => {
          const isLate = elapsedMs() > PATIENCE_MS;
          if (isLate) this.#giveUp("its shell did not take the command");
          return !isLate;
        },
      },
      delayMs,
    );
  }

  /** Cancels a run that has not begun. */
  #giveUp(reason: string): void {
    this.#poll.stop();
    this.#endInterception();
    if (this.#bringsIntegration) {
      // The integration may be what failed: try once without it.
      this.#place.terminal.shell.forgoIntegration();
      return this.start();
    }
    this.#takeBack();
    this.#refuse(reason);
  }

  /** The requester has left: cancels the run if it has not started. */
  forgetClient(): void {
    this.#client = undefined;
    if (this.#phase === "typed") this.#takeBack();
  }

  /** Defuses the run file: a late shell only reports its status. */
  #takeBack(): void {
    const { terminal, prompt, files } = this.#place;
    writeStatusFile(files, statusFile(prompt.shell, terminal.shell.secret, this.#nonce));
  }

  /** Reports that nothing was run. With `isBusy` it can be tried again later. */
  #refuse(reason: string, isBusy = true): void {
    this.#end();
    reportRun(this.#client, { kind: "refused", reason, isBusy });
    this.#events.onRefusal(reason);
  }

  /** The session's command has ended, and with it this one. */
  endWithSession(exit: ExitStatus): void {
    this.#output?.flush();
    this.#endInterception();
    this.#end();
    reportSessionEnd(this.#client, exit);
  }

  /** Relays output to everybody; the text's own goes to the requester too. */
  #take(bytes: Uint8Array, isOwned: boolean): void {
    if (bytes.byteLength === 0) return;
    if (this.#phase === "running") {
      this.#output?.push(bytes);
      if (this.#promptStatus === undefined) this.#awaitQuietEnd();
    }
    this.#place.terminal.output.relay(bytes, isOwned);
  }

  #takeMark(mark: ShellMark): void {
    switch (mark.kind) {
      case "run-started":
        if (mark.nonce === this.#nonce && this.#phase === "typed") this.#begin();
        return;
      case "run-ended":
        if (mark.nonce !== this.#nonce || this.#phase === "over") return;
        if (this.#phase !== "typed") {
          this.#output?.flush();
          this.promptsBefore = this.#place.terminal.shell.integration?.prompts ?? 0;
          return this.#finish(mark.code);
        }
        this.#endInterception();
        return this.#refuse("nobody waits for it any more");
      case "prompt":
        return this.#takePrompt(mark.status);
      case "input":
        // fish 3.1 does not report the beginning of a prompt after an interrupted command.
        this.#takePrompt(undefined);
        if (this.#phase !== "typed") return;
        // If the line is not drawn again, the shell has taken it and done nothing with it.
        this.#hasRedrawn = true;
        return this.#awaitTaken(SETTLED_MS);
      case "command":
      case "ready":
    }
  }

  /**
   * A prompt before the command has reported its end: the command was interrupted, or has made the
   * shell leave its file in another way. Or the command itself shows the shell's prompt, and goes on:
   * so the shell has to wait for input there.
   */
  #takePrompt(status: number | undefined): void {
    if (this.#phase === "asking") return this.#finish(status ?? INTERRUPTED);
    if (this.#phase !== "running") return;
    const isFirst = this.#promptStatus === undefined;
    this.#promptStatus = status ?? this.#promptStatus ?? INTERRUPTED;
    if (!isFirst) return;
    this.#output?.holdPrompt();
    this.#poll.start({
      isThere: (state): state is AtPrompt => state.kind === "prompt" && state.isReported,
      settleMs: 1, // seen twice: between the report and reading keys a shell may stop once
      onThere: () => this.#finish(this.#promptStatus ?? INTERRUPTED),
      onElsewhere: (_, elapsedMs) => {
        if (elapsedMs > DRAWN_MS) this.#output?.flush();
        return true;
      },
    });
  }

  #begin(): void {
    const { terminal } = this.#place;
    this.#poll.stop();
    // Attached clients see the text that is run, not the line that was typed.
    terminal.output.relay(terminal.shell.replaceTyped(this.#line, this.#request.text), false);
    this.#phase = "running";
    this.promptsBefore = terminal.shell.integration?.prompts ?? 0;
    this.#output = new RunOutput(terminal.beginRunOutput(), () => this.#client);
    this.#events.onStart();
    reportRun(this.#client, { kind: "started", hasCrLf: terminal.shell.sendsCrLf });
    if (this.#client === undefined) return;
    if (this.#request.isDetached) this.#client = undefined;
    else this.#client.listensTo = "run";
  }

  /**
   * In a shell without our integration, a command that was interrupted, or has failed in some ways,
   * reports no end: the shell is back at its prompt instead, which it has printed.
   */
  #awaitQuietEnd(): void {
    this.#poll.start(
      {
        isThere: (state): state is AtPrompt => this.#isBack(state),
        settleMs: SETTLED_MS,
        onThere: (prompt) => this.#endWithoutMarker(prompt),
        // The next output begins this again.
        onElsewhere: ({ kind }, elapsedMs) =>
          (kind === "prompt" || kind === "soon") && elapsedMs < PATIENCE_MS,
      },
      QUIET_MS,
    );
  }

  /**
   * A command may read keys as a prompt does: only after an interrupt it is likely to be one. Of a
   * shell with our integration it takes more, which reports its prompts unless it has lost that.
   */
  #isBack(state: ShellState): state is AtPrompt {
    const { terminal, prompt } = this.#place;
    if (state.kind !== "prompt") return false;
    // With `exec` the shell may have become another program.
    if (state.program !== prompt.program || state.isBack) return true;
    return terminal.shell.typing.wasInterrupted && (state.isEditing || !prompt.isReported);
  }

  /** Makes the shell report the exit status, unless something else has been typed by now. */
  #endWithoutMarker({ program, problem, shell }: AtPrompt): void {
    const { terminal, prompt, files } = this.#place;
    if (program !== prompt.program) return this.#finish(0); // it was replaced by `exec`
    if (problem !== undefined) return this.#finish(INTERRUPTED);
    this.#phase = "asking";
    this.#timer = setTimeout(() => this.#finish(INTERRUPTED), PATIENCE_MS);
    writeStatusFile(files, statusFile(shell, terminal.shell.secret, this.#nonce));
    terminal.shell.type(this.#typed);
  }

  /** The shell was reset to its prompt: the command has ended. */
  endAtPrompt(): void {
    if (this.#phase === "running" || this.#phase === "asking") this.#finish(INTERRUPTED);
    else if (this.#phase === "typed") {
      this.#endInterception();
      this.#takeBack();
      this.#refuse("its shell was interrupted");
    }
  }

  #finish(code: number): void {
    const { terminal, files } = this.#place;
    removeRunFiles(files); // before anybody is told of the end
    terminal.catchUp(); // terminal queries in its output get no answer
    const client = this.#client;
    if (client?.listensTo === "run") {
      reportRun(this.#client, client.isStalled ? { kind: "lost" } : { kind: "ended", code });
      client.listensTo = undefined;
    }
    this.#end();
    this.#endInterception();
    this.#events.onEnd(code, client !== undefined);
  }

  #end(): void {
    this.#phase = "over";
    clearTimeout(this.#timer);
    this.#poll.stop();
  }
}
