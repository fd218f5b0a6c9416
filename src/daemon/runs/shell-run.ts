import { randomBytes } from "node:crypto";

import { encodeExit, type ExitStatus } from "../../protocol/messages.ts";
import { concatBytes } from "../../protocol/concat-bytes.ts";
import type { ShellMark } from "../../protocol/shell-mark.ts";
import { Tag } from "../../protocol/tags.ts";
import { encodeRunState, type RunRequest, type RunState } from "../../protocol/run-command.ts";
import { encodeUtf8 } from "../../protocol/utf8.ts";
import type { RunFiles } from "../../sessions/files/run-files.ts";
import { runScript, statusFile } from "../../shell/run-script.ts";
import type { RunShell } from "../../shell/run-shell.ts";
import type { Client } from "../clients/client-connection.ts";
import { EarlyPrompt } from "./early-prompt.ts";
import { removeRunFiles, writeRunFiles, writeStatusFile } from "./run-texts.ts";
import { RunOutput } from "./run-output.ts";
import type { SharedTerminal } from "../terminal/shared-terminal.ts";
import type { AtPrompt } from "../terminal/shell-state.ts";

/** A shell at its prompt takes a line at once; hooks of its user's may take a while. */
const TAKE_MS = 10_000;
/** A line that is drawn anew is there again sooner. */
const TAKEN_MS = 200;
/** One that waits for input for so long behind what was typed has read all of it. */
const STUCK_MS = 1000;
/** After output has stopped for this long, a command may have been left without its end. */
const QUIET_MS = 50;
/** Looks in a row that must find the shell at its prompt, and looks that may find it on its way. */
const CERTAIN_LOOKS = 2;
const MAX_QUIET_LOOKS = 10;
/** What Ctrl+C leaves behind, for a shell that does not tell. */
const INTERRUPTED = 130;

const NOT_READ = "its shell does not read the file that a run command is in";

/** Bound by our integration: leaves a line editor's command mode, if it is in one. */
const TO_INSERT_MODE = encodeUtf8("\x1b[633~");
/** The same where nothing is bound: begins to append, if keys are commands, and takes it back. */
const TO_INSERT_MODE_BY_KEYS = encodeUtf8("a\x7f");

export interface ShellRunEvents {
  /** The shell has begun with it. */
  onStart(): void;
  /** It has ended. With `isHeard` whoever asked for it has been told. */
  onEnd(code: number, isHeard: boolean): void;
  /** It was not run. */
  onRefusal(reason: string): void;
}

/** Where commands are run. */
export interface RunPlace {
  terminal: SharedTerminal;
  /** The prompt at which its line is typed. */
  prompt: AtPrompt;
  files: RunFiles;
}

/**
 * One text that a shell at its prompt is made to run: a line is typed that makes the shell read a
 * file, and the output between two markers, which nobody else sees, is the text's own.
 */
export class ShellRun {
  readonly request: RunRequest;
  /** How many prompts the shell had told of when it began, or by its end. */
  promptsBefore = 0;
  readonly #events: ShellRunEvents;
  readonly #nonce = randomBytes(8).toString("hex");
  /** Who asked and gets the output; undefined when nobody does any more. */
  #client: Client | undefined;
  #phase: "waiting" | "typed" | "running" | "asking" | "over" = "waiting";
  #timer: Timer | undefined;
  #shell: RunShell = "sh";
  /** The shell's command line: with `exec` it may become another one. */
  #program = "";
  #typed: Uint8Array = new Uint8Array(0);
  #line: Uint8Array = new Uint8Array(0);
  #looks = 0;
  #idleLooks = 0;
  #typedMs = 0;
  #prompt: EarlyPrompt | undefined;
  #output: RunOutput | undefined;
  #endInterception: () => void = () => undefined;
  /** Whether the shell reports its prompts. */
  #reports = false;
  /** Whether the integration is put in its place in passing. */
  #bringsIntegration = false;

  constructor(request: RunRequest, client: Client, events: ShellRunEvents) {
    this.request = request;
    this.#client = client;
    this.#events = events;
  }

  get client(): Client | undefined {
    return this.#client;
  }

  get isWaiting(): boolean {
    return this.#phase === "waiting";
  }

  /** Types it into a shell that is at its prompt. */
  start(place: RunPlace): void {
    const { terminal, prompt, files } = place;
    const integration = terminal.shell.missingIntegration(prompt);
    const script = runScript(prompt.shell, files, {
      ...this.request,
      secret: terminal.shell.secret,
      nonce: this.#nonce,
      integration,
    });
    const problem = writeRunFiles(files, script);
    if (problem !== undefined) return this.refuse(problem, false);
    this.#phase = "typed";
    this.#shell = prompt.shell;
    this.#program = prompt.program;
    this.#reports = prompt.isReported;
    this.#bringsIntegration = integration !== undefined;
    this.#line = script.line;
    this.#endInterception = terminal.output.intercept({
      onOutput: (bytes, isOwned) => this.#take(bytes, isOwned, place),
      onMark: (mark) => this.#takeMark(mark, place),
    });
    // Without a line editor LF ends a line whatever the terminal makes of CR.
    this.#typed = concatBytes([
      ...(prompt.hasEditor ? [prompt.hasKeys ? TO_INSERT_MODE : TO_INSERT_MODE_BY_KEYS] : []),
      script.line,
      encodeUtf8(prompt.hasEditor ? "\r" : "\n"),
    ]);
    terminal.shell.type(this.#typed);
    this.#typedMs = performance.now();
    this.#looks = 0;
    this.#timer = setTimeout(() => this.#lookWhetherTaken(place), STUCK_MS);
  }

  #lookWhetherTaken(place: RunPlace): void {
    const isWaiting = place.terminal.shell.state().kind === "prompt";
    this.#idleLooks = isWaiting ? this.#idleLooks + 1 : 0;
    if (this.#idleLooks > CERTAIN_LOOKS) return this.#giveUp(NOT_READ, place);
    if (performance.now() - this.#typedMs > TAKE_MS) {
      return this.#giveUp("its shell did not take the command", place);
    }
    this.#timer = setTimeout(() => this.#lookWhetherTaken(place), QUIET_MS);
  }

  /** It has not begun, and shall not. */
  #giveUp(reason: string, place: RunPlace): void {
    clearTimeout(this.#timer);
    if (this.#bringsIntegration) {
      // Something in the shell may have kept it from coming back: then without.
      place.terminal.shell.forgoIntegration();
      return this.start(place);
    }
    this.#takeBack(place);
    this.#endInterception();
    this.refuse(reason);
  }

  /** Nobody waits for it any more: unless it has begun, it shall not. */
  forgetClient(place: Pick<RunPlace, "terminal" | "files">): void {
    this.#client = undefined;
    if (this.#phase === "typed") this.#takeBack(place);
  }

  /** When the shell comes to the line that was typed, it shall find nothing to do but to say so. */
  #takeBack({ terminal, files }: Pick<RunPlace, "terminal" | "files">): void {
    writeStatusFile(files, statusFile(this.#shell, terminal.shell.secret, this.#nonce));
  }

  /** Says that nothing is run. With `isBusy` it may be run later. */
  refuse(reason: string, isBusy = true): void {
    this.#end();
    this.#tell({ kind: "refused", reason, isBusy });
    this.#events.onRefusal(reason);
  }

  /** The session's command has ended, and with it this one. */
  endWithSession(exit: ExitStatus): void {
    if (!this.isWaiting) {
      this.#output?.flush();
      this.#endInterception();
    }
    this.#end();
    // Who has missed output must not take this for the end of it.
    if (this.#client?.isStalled === true) this.#tell({ kind: "lost" });
    this.#client?.send(Tag.Exit, encodeExit(exit));
  }

  /** Takes output: it goes on to all, its own also to its client. */
  #take(bytes: Uint8Array, isOwned: boolean, place: RunPlace): void {
    const { terminal } = place;
    if (bytes.byteLength === 0) return;
    if (this.#phase === "running") {
      this.#output?.push(bytes);
      if (this.#prompt === undefined) this.#lookWhenQuiet(place);
    }
    terminal.output.relay(bytes, isOwned);
  }

  #checkIsTyped(place: RunPlace): void {
    if (this.#phase !== "typed" || !place.terminal.shell.isAtEmptyPrompt()) return;
    this.#giveUp(NOT_READ, place);
  }

  #takeMark(mark: ShellMark, place: RunPlace): void {
    switch (mark.kind) {
      case "run-started":
        if (mark.nonce === this.#nonce && this.#phase === "typed") this.#begin(place.terminal);
        return;
      case "run-ended":
        if (mark.nonce !== this.#nonce || this.#phase === "over") return;
        if (this.#phase !== "typed") {
          this.#output?.flush();
          this.promptsBefore = place.terminal.shell.integration?.prompts ?? 0;
          return this.#finish(mark.code, place);
        }
        this.#endInterception();
        return this.refuse("nobody waits for it any more");
      case "prompt":
        return this.#takePrompt(mark.status, place);
      case "input":
        // fish 3.1 does not say that a prompt begins when a command was interrupted.
        this.#takePrompt(undefined, place);
        // The line may be drawn anew. If it is gone, it has been taken, and nothing was done with it.
        if (this.#phase === "typed") setTimeout(() => this.#checkIsTyped(place), TAKEN_MS);
        return;
      case "command":
      case "ready":
    }
  }

  #takePrompt(status: number | undefined, place: RunPlace): void {
    if (this.#phase === "asking") return this.#finish(status ?? INTERRUPTED, place);
    if (this.#phase !== "running" || this.#output === undefined) return;
    if (this.#prompt !== undefined) return this.#prompt.note(status);
    clearTimeout(this.#timer);
    const onBack = (code: number): void => this.#finish(code, place);
    this.#prompt = new EarlyPrompt(place.terminal, this.#output, status ?? INTERRUPTED, onBack);
  }

  #begin(terminal: SharedTerminal): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // Whoever looks on shall see what is run, not how.
    terminal.output.relay(terminal.shell.replaceTyped(this.#line, this.request.text), false);
    this.#phase = "running";
    this.promptsBefore = terminal.shell.integration?.prompts ?? 0;
    this.#output = new RunOutput(terminal.beginRunOutput(), () => this.#client);
    this.#events.onStart();
    this.#tell({ kind: "started", hasCrLf: terminal.shell.sendsCrLf });
    if (this.#client === undefined) return;
    if (this.request.isDetached) this.#client = undefined;
    else this.#client.listensTo = "run";
  }

  /**
   * In a shell without our integration, a command that was interrupted, or has failed in some ways,
   * says no end: the shell is back at its prompt instead, which cannot be without output.
   */
  #lookWhenQuiet(place: RunPlace): void {
    this.#looks = 0;
    this.#idleLooks = 0;
    this.#timer ??= setTimeout(() => this.#lookForPrompt(place), QUIET_MS);
  }

  #lookForPrompt(place: RunPlace): void {
    this.#timer = undefined;
    const { terminal } = place;
    const state = terminal.shell.state();
    if (state.kind === "none" || state.kind === "busy") return; // the next output makes us look again
    // A command may read keys as a prompt does: only after an interrupt it is likely to be one. Of
    // a shell with our integration it takes more, which reports its prompts unless it has lost that.
    const isBack =
      state.kind === "prompt" &&
      (state.program !== this.#program ||
        state.isBack ||
        (terminal.shell.typing.wasInterrupted && (state.isEditing || !this.#reports)));
    this.#idleLooks = isBack ? this.#idleLooks + 1 : 0;
    if (isBack && this.#idleLooks >= CERTAIN_LOOKS) return this.#endWithoutMarker(place, state);
    if (++this.#looks > MAX_QUIET_LOOKS) return;
    this.#timer = setTimeout(() => this.#lookForPrompt(place), QUIET_MS * this.#looks);
  }

  /** Makes the shell tell the exit status, unless something else has been typed there by now. */
  #endWithoutMarker(place: RunPlace, { program, problem, shell }: AtPrompt): void {
    const { terminal, files } = place;
    if (program !== this.#program) return this.#finish(0, place); // it was replaced by `exec`
    if (problem !== undefined) return this.#finish(INTERRUPTED, place);
    this.#phase = "asking";
    this.#timer = setTimeout(() => this.#finish(INTERRUPTED, place), TAKE_MS);
    writeStatusFile(files, statusFile(shell, terminal.shell.secret, this.#nonce));
    terminal.shell.type(this.#typed);
  }

  /** The shell has been brought back to its prompt: whatever ran there has ended. */
  endAtPrompt(place: Pick<RunPlace, "terminal" | "files">): void {
    if (this.#phase === "running" || this.#phase === "asking") this.#finish(INTERRUPTED, place);
    else if (this.#phase === "typed") {
      this.#endInterception();
      this.#takeBack(place);
      this.refuse("its shell was interrupted");
    }
  }

  #finish(code: number, { terminal, files }: Pick<RunPlace, "terminal" | "files">): void {
    removeRunFiles(files); // whoever is told of the end finds none
    terminal.catchUp(); // what looks like a question in its output stays without an answer
    const client = this.#client;
    if (client?.listensTo === "run") {
      this.#tell(client.isStalled ? { kind: "lost" } : { kind: "ended", code });
      client.listensTo = undefined;
    }
    this.#end();
    this.#endInterception();
    this.#events.onEnd(code, client !== undefined);
  }

  #end(): void {
    this.#phase = "over";
    clearTimeout(this.#timer);
    this.#prompt?.stop();
  }

  #tell(state: RunState): void {
    this.#client?.send(Tag.RunState, encodeRunState(state));
  }
}
