import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";

import { describeError } from "../base/errors.ts";
import { encodeExit, type ExitStatus } from "../protocol/messages.ts";
import { runMarkerOf, runMarkerScanner } from "../protocol/run-marker.ts";
import type { SequenceScanner } from "../protocol/sequence-scanner.ts";
import { Tag } from "../protocol/tags.ts";
import { encodeRunState, type RunRequest, type RunState } from "../protocol/tasks.ts";
import { runScript, statusFile, type RunFiles, type RunShell } from "../shell/run-script.ts";
import type { Client } from "./client.ts";
import { ignoringSystemErrors } from "./log.ts";
import type { SharedTerminal } from "./shared-terminal.ts";

/** How often a shell is looked at that is awaited, at first and at last. */
const LOOK_MIN_MS = 5;
const LOOK_MAX_MS = 500;
/** A shell that starts, or makes its next prompt, has this long to get there. */
const PROMPT_MS = 10_000;
/** One that is on its way without a reason to be seen has less. */
const SOON_MS = 1000;
/** What somebody has just typed may not have shown its effect yet. */
const TYPING_MS = 100;
/** A shell at its prompt takes a line at once; hooks of its user's may take a while. */
const TAKE_MS = 10_000;
/** After output has stopped for this long, a command may have been left without its end. */
const QUIET_MS = 50;
/** Looks in a row that must find the shell at its prompt, and looks that may find it on its way. */
const CERTAIN_LOOKS = 2;
const MAX_QUIET_LOOKS = 10;
/** What Ctrl+C leaves behind, for a shell that does not tell. */
const INTERRUPTED = 130;
const MAX_QUEUE = 64;

const INTERRUPT = "\x03";
/** Leaves a line editor's command mode, if it is in one, and an empty line. */
const TO_INSERT_MODE = "a\x7f";

interface Run {
  readonly nonce: string;
  readonly request: RunRequest;
  readonly scanner: SequenceScanner;
  /** Who asked and gets the output; undefined when nobody does any more. */
  client: Client | undefined;
  phase: "waiting" | "typed" | "running" | "asking";
  sinceMs: number;
  /** How often the shell had told an exit status when the command began. */
  exitsBefore: number;
}

export interface ShellRunsEvents {
  /** A command has ended. With `isHeard` whoever asked for it has been told. */
  onEnd(code: number, isHeard: boolean): void;
  /** A command has begun that nobody waits for yet, or will be told to its client. */
  onStart(): void;
  /** Something for the log. */
  onEvent(event: string): void;
}

/**
 * Runs text in the session's shell, one after the other: waits for the prompt, types a line that
 * makes the shell read a file, and takes the output between two markers that nobody else sees.
 */
export class ShellRuns {
  readonly #terminal: SharedTerminal;
  readonly #shell: RunShell | undefined;
  readonly #files: RunFiles;
  readonly #events: ShellRunsEvents;
  readonly #queue: Run[] = [];
  #active: Run | undefined;
  #timer: Timer | undefined;
  #looks = 0;
  #idleLooks = 0;
  /** When the last command ended, until the shell has been seen at its prompt again. */
  #endedMs: number | undefined;
  #isOver = false;

  /** @param shell undefined when the session's command is none. */
  constructor(
    terminal: SharedTerminal,
    shell: RunShell | undefined,
    files: RunFiles,
    events: ShellRunsEvents,
  ) {
    this.#terminal = terminal;
    this.#shell = shell;
    this.#files = files;
    this.#events = events;
  }

  /** Whether a command runs, or is about to. */
  get isActive(): boolean {
    return this.#active !== undefined;
  }

  start(client: Client, request: RunRequest): void {
    const problem = this.#problemWith(request);
    if (problem !== undefined) return tell(client, { kind: "refused", reason: problem });
    const nonce = randomBytes(8).toString("hex");
    this.#queue.push({
      nonce,
      request,
      scanner: runMarkerScanner(nonce),
      client,
      phase: "waiting",
      sinceMs: performance.now(),
      exitsBefore: 0,
    });
    this.#next();
  }

  /** A connection is gone: what it waited for is not begun, what it listened to goes on. */
  forget(client: Client): void {
    const waiting = this.#queue.findIndex((run) => run.client === client);
    if (waiting !== -1) this.#queue.splice(waiting, 1);
    const run = this.#active;
    if (run?.client !== client) return;
    run.client = undefined;
    if (run.phase === "waiting") this.#drop();
  }

  /** The session's command has ended, and with it whatever ran. */
  end(exit: ExitStatus): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    const run = this.#active;
    if (run !== undefined) this.#output(run, run.scanner.flush(), false);
    for (const { client } of run === undefined ? this.#queue : [run, ...this.#queue]) {
      client?.send(Tag.Exit, encodeExit(exit));
    }
    this.#queue.length = 0;
    this.#active = undefined;
    this.#terminal.tap = undefined;
    this.removeFiles();
  }

  removeFiles(): void {
    for (const path of [this.#files.path, this.#files.textPath]) {
      ignoringSystemErrors(() => rmSync(path, { force: true }));
    }
  }

  /** Why nothing can be run at all, or not now. */
  #problemWith({ isPatient }: RunRequest): string | undefined {
    if (this.#isOver) return "its command has ended";
    if (this.#shell === undefined) return "it runs no shell that takes commands";
    const isBusy = this.#active !== undefined || this.#queue.length > 0;
    if (isBusy && !isPatient) return "another run command is on in it";
    return this.#queue.length >= MAX_QUEUE ? "too many run commands wait for it" : undefined;
  }

  #next(): void {
    if (this.#active !== undefined || this.#isOver) return;
    this.#active = this.#queue.shift();
    if (this.#active === undefined) return;
    this.#active.sinceMs = performance.now();
    this.#looks = 0;
    this.#awaitPrompt();
  }

  /** Looks until the shell is at its prompt, or is seen not to get there. */
  #awaitPrompt(): void {
    const run = this.#active;
    if (run === undefined || this.#shell === undefined) return;
    const state = this.#terminal.shellState(this.#shell, this.#files.path);
    const isTyping = this.#terminal.typing.idleMs() < TYPING_MS;
    if (state.kind === "idle" && !isTyping) {
      this.#endedMs = undefined;
      if (state.isCertain || !this.#terminal.typing.hasTyped) return this.#type(run, this.#shell);
      // An unfinished line may stand there, or half a command; this shell does not tell.
      this.#terminal.typeForRun(INTERRUPT);
      this.#terminal.typing.touch();
    } else if (!run.request.isPatient) {
      const isOnItsWay = this.#isOnItsWay();
      const waitedMs = performance.now() - run.sinceMs;
      const reason = state.kind === "busy" ? state.reason : "is busy";
      const isLate = waitedMs > (isOnItsWay ? PROMPT_MS : SOON_MS);
      if (isLate || (state.kind === "busy" && !isOnItsWay)) {
        return this.#refuse(run, `its shell ${reason}`);
      }
    }
    const delayMs = Math.min(LOOK_MAX_MS, LOOK_MIN_MS + this.#looks++);
    this.#timer = setTimeout(() => this.#awaitPrompt(), delayMs);
  }

  /** Whether the shell has started, or ended a command, just now: programs of its own may run. */
  #isOnItsWay(): boolean {
    if (this.#endedMs !== undefined) return performance.now() - this.#endedMs < PROMPT_MS;
    const { typing, ageMs } = this.#terminal;
    return (
      !typing.hasTyped && ageMs < PROMPT_MS && this.#terminal.shellMarks()?.hasPromptEnd !== true
    );
  }

  #type(run: Run, shell: RunShell): void {
    const text = Buffer.from(run.request.text).toString("latin1");
    const { isScript } = run.request;
    const script = runScript(shell, this.#files, { text, isScript, nonce: run.nonce });
    try {
      if (script.textFile !== undefined) writePrivate(this.#files.textPath, script.textFile);
      writePrivate(this.#files.path, script.file);
    } catch (error) {
      return this.#refuse(run, `its files cannot be written: ${describeError(error)}`);
    }
    run.phase = "typed";
    this.#terminal.tap = (chunk) => this.#take(run, chunk);
    const isInEditor = this.#terminal.typing.hasTyped && shell !== "sh";
    this.#terminal.typeForRun(`${isInEditor ? TO_INSERT_MODE : ""}${script.line}\r`);
    this.#timer = setTimeout(() => {
      // Should it come to that line later, it shall find nothing to do.
      ignoringSystemErrors(() => writePrivate(this.#files.path, ":\n"));
      this.#refuse(run, "its shell did not take the command");
    }, TAKE_MS);
  }

  /** Takes output: everything but the markers goes on to all, the command's own also to its client. */
  #take(run: Run, chunk: Uint8Array<ArrayBuffer>): void {
    let isHandedOn = false;
    for (const part of run.scanner.push(chunk)) {
      if (part.kind === "bytes") {
        isHandedOn ||= part.bytes === chunk;
        this.#output(run, part.bytes, part.bytes === chunk);
        continue;
      }
      const marker = runMarkerOf(part);
      if (marker?.kind === "started" && run.phase === "typed") this.#begin(run);
      if (marker?.kind === "ended") this.#finish(run, marker.code);
    }
    if (!isHandedOn) this.#terminal.recycle(chunk);
    if (run !== this.#active) this.#output(run, run.scanner.flush(), false);
    else if (run.phase === "running") this.#lookWhenQuiet();
  }

  /** @param isOwned whether the bytes are a whole chunk, with room in front for a header. */
  #output(run: Run, bytes: Uint8Array, isOwned: boolean): void {
    if (bytes.byteLength === 0) return;
    const { client } = run;
    const isOutput = run === this.#active && run.phase === "running";
    if (isOutput && client?.listensTo === "run" && !client.isStalled) {
      client.send(Tag.RunOutput, bytes);
    }
    this.#terminal.relay(bytes, isOwned);
  }

  #begin(run: Run): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    run.phase = "running";
    this.#terminal.beginRun();
    run.exitsBefore = this.#terminal.shellMarks()?.exits ?? 0;
    this.#events.onStart();
    if (run.client === undefined) return;
    const hasCrLf = this.#terminal.sendsCrLf;
    tell(run.client, { kind: "started", hasCrLf });
    if (run.request.isDetached) run.client = undefined;
    else run.client.listensTo = "run";
  }

  /**
   * A command that was interrupted, or has failed in some ways, says no end: the shell is back at its
   * prompt instead, which cannot be without output.
   */
  #lookWhenQuiet(): void {
    this.#looks = 0;
    this.#idleLooks = 0;
    this.#timer ??= setTimeout(() => this.#lookForPrompt(), QUIET_MS);
  }

  #lookForPrompt(): void {
    this.#timer = undefined;
    const run = this.#active;
    if (run?.phase !== "running" || this.#shell === undefined) return;
    const state = this.#terminal.shellState(this.#shell, this.#files.path);
    if (state.kind === "busy" && state.isProgram) return; // the next output makes us look again
    this.#idleLooks = state.kind === "soon" ? 0 : this.#idleLooks + 1;
    if (this.#idleLooks >= CERTAIN_LOOKS) return this.#endWithoutMarker(run, this.#shell);
    if (++this.#looks > MAX_QUIET_LOOKS) return;
    this.#timer = setTimeout(() => this.#lookForPrompt(), QUIET_MS * this.#looks);
  }

  #endWithoutMarker(run: Run, shell: RunShell): void {
    const marks = this.#terminal.shellMarks();
    if (marks !== undefined && marks.exits > run.exitsBefore && marks.exitCode !== undefined) {
      return this.#finish(run, marks.exitCode & 0xff);
    }
    run.phase = "asking";
    this.#timer = setTimeout(() => this.#finish(run, INTERRUPTED), TAKE_MS);
    ignoringSystemErrors(() => writePrivate(this.#files.path, statusFile(shell, run.nonce)));
    const { line } = runScript(shell, this.#files, { text: "", isScript: false, nonce: run.nonce });
    this.#terminal.typeForRun(`${line}\r`);
  }

  #finish(run: Run, code: number): void {
    if (run !== this.#active || (run.phase !== "running" && run.phase !== "asking")) return;
    const { client } = run;
    this.#terminal.catchUp(); // what looks like a question in its output stays without an answer
    if (client?.listensTo === "run") {
      tell(client, client.isStalled ? { kind: "lost" } : { kind: "ended", code });
      client.listensTo = undefined;
    }
    this.#drop();
    this.#events.onEnd(code, client !== undefined);
  }

  #refuse(run: Run, reason: string): void {
    if (run.client !== undefined) tell(run.client, { kind: "refused", reason });
    this.#events.onEvent(`ran nothing: ${reason}`);
    const held = run.scanner.flush();
    this.#drop();
    this.#terminal.relay(held, false);
  }

  /** Is done with the active command. */
  #drop(): void {
    const run = this.#active;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#active = undefined;
    this.#terminal.tap = undefined;
    if (run?.phase === "running" || run?.phase === "asking") {
      this.#endedMs = performance.now();
      this.removeFiles();
    }
    this.#timer = setTimeout(() => this.#next(), 0);
  }
}

function tell(client: Client, state: RunState): void {
  client.send(Tag.RunState, encodeRunState(state));
}

/** @param text bytes, one a character. */
function writePrivate(path: string, text: string): void {
  writeFileSync(path, Buffer.from(text, "latin1"), { mode: 0o600 });
}
