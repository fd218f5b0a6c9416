import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";

import { describeError } from "../base/errors.ts";
import { encodeExit, type ExitStatus } from "../protocol/messages.ts";
import { concatBytes } from "../protocol/concat-bytes.ts";
import { runMarkerOf, runMarkerScanner } from "../protocol/run-marker.ts";
import type { SequenceScanner } from "../protocol/sequence-scanner.ts";
import { Tag } from "../protocol/tags.ts";
import { encodeRunState, type RunRequest, type RunState } from "../protocol/run-command.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import type { RunFiles } from "../sessions/run-files.ts";
import { runScript, statusFile } from "../shell/run-script.ts";
import type { RunShell } from "../shell/run-shell.ts";
import { Scrollback } from "../terminal/scrollback.ts";
import type { Client } from "./client.ts";
import { ignoringSystemErrors } from "./log.ts";
import type { SharedTerminal } from "./shared-terminal.ts";
import type { AtPrompt } from "./shell-state.ts";

/** A shell at its prompt takes a line at once; hooks of its user's may take a while. */
const TAKE_MS = 10_000;
/** After output has stopped for this long, a command may have been left without its end. */
const QUIET_MS = 50;
/** Looks in a row that must find the shell at its prompt, and looks that may find it on its way. */
const CERTAIN_LOOKS = 2;
const MAX_QUIET_LOOKS = 10;
/** What is kept of a command's output, for whoever comes later. */
const KEPT_BYTES = 1024 * 1024;
/** What Ctrl+C leaves behind, for a shell that does not tell. */
const INTERRUPTED = 130;

/** Leaves a line editor's command mode, if it is in one, and an empty line. */
const TO_INSERT_MODE = encodeUtf8("a\x7f");

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
  shell: RunShell;
  /** The shell's command line. */
  program: string;
  files: RunFiles;
}

/**
 * One text that a shell at its prompt is made to run: a line is typed that makes the shell read a
 * file, and the output between two markers, which nobody else sees, is the text's own.
 */
export class ShellRun {
  readonly request: RunRequest;
  /** How many prompts the shell had told of when it began. */
  promptsBefore = 0;
  readonly #events: ShellRunEvents;
  readonly #nonce = randomBytes(8).toString("hex");
  readonly #scanner: SequenceScanner;
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

  constructor(request: RunRequest, client: Client, events: ShellRunEvents) {
    this.request = request;
    this.#client = client;
    this.#events = events;
    this.#scanner = runMarkerScanner(this.#nonce);
  }

  get client(): Client | undefined {
    return this.#client;
  }

  get isWaiting(): boolean {
    return this.#phase === "waiting";
  }

  /** Types it into a shell that is at its prompt. */
  start(place: RunPlace): void {
    const { terminal, shell, files } = place;
    const script = runScript(shell, files, { ...this.request, nonce: this.#nonce });
    try {
      writePrivate(files.textPath, script.textFile);
      writePrivate(files.path, script.file);
    } catch (error) {
      removeRunFiles(files);
      return this.refuse(`its files cannot be written: ${describeError(error)}`, false);
    }
    this.#phase = "typed";
    this.#shell = shell;
    this.#program = place.program;
    this.#line = script.line;
    terminal.tap = (chunk) => this.#take(chunk, place);
    const isPlain = shell === "sh";
    this.#typed = concatBytes([
      ...(isPlain ? [] : [TO_INSERT_MODE]),
      script.line,
      // A plain shell reads lines: there LF ends one whatever the terminal makes of CR.
      encodeUtf8(isPlain ? "\n" : "\r"),
    ]);
    terminal.shell.type(this.#typed);
    this.#timer = setTimeout(() => {
      this.#takeBack(place);
      this.#stopListening(terminal);
      this.refuse("its shell did not take the command");
    }, TAKE_MS);
  }

  /** Nobody waits for it any more: unless it has begun, it shall not. */
  forgetClient(place: Pick<RunPlace, "files">): void {
    this.#client = undefined;
    if (this.#phase === "typed") this.#takeBack(place);
  }

  /** When the shell comes to the line that was typed, it shall find nothing to do but to say so. */
  #takeBack({ files }: Pick<RunPlace, "files">): void {
    ignoringSystemErrors(() => {
      writePrivate(files.path, statusFile(this.#shell, this.#nonce));
      rmSync(files.textPath, { force: true });
    });
  }

  /** Says that nothing is run. With `isBusy` it may be run later. */
  refuse(reason: string, isBusy = true): void {
    this.#end();
    this.#tell({ kind: "refused", reason, isBusy });
    this.#events.onRefusal(reason);
  }

  /** The session's command has ended, and with it this one. */
  endWithSession(exit: ExitStatus, terminal: SharedTerminal): void {
    if (!this.isWaiting) {
      this.#output(this.#scanner.flush(), false, terminal);
      terminal.tap = undefined;
    }
    this.#end();
    // Who has missed output must not take this for the end of it.
    if (this.#client?.isStalled === true) this.#tell({ kind: "lost" });
    this.#client?.send(Tag.Exit, encodeExit(exit));
  }

  /** Takes output: everything but the markers goes on to all, its own also to its client. */
  #take(chunk: Uint8Array<ArrayBuffer>, place: RunPlace): void {
    const { terminal } = place;
    let isHandedOn = false;
    let end: { code: number; wasTakenBack: boolean } | undefined;
    for (const part of this.#scanner.push(chunk)) {
      if (part.kind === "bytes") {
        isHandedOn ||= part.bytes === chunk;
        this.#output(part.bytes, part.bytes === chunk, terminal);
        continue;
      }
      const marker = runMarkerOf(part);
      if (marker?.kind === "started" && this.#phase === "typed") this.#begin(terminal);
      if (marker?.kind === "ended") {
        end ??= { code: marker.code, wasTakenBack: this.#phase === "typed" };
        this.#phase = "over";
      }
    }
    if (!isHandedOn) terminal.recycle(chunk);
    if (end?.wasTakenBack === true) {
      this.#stopListening(terminal);
      this.refuse("nobody waits for it any more");
    } else if (end !== undefined) this.#finish(end.code, place);
    else if (this.#phase === "running") this.#lookWhenQuiet(place);
  }

  /** @param isOwned whether the bytes are a whole chunk, with room in front for a header. */
  #output(bytes: Uint8Array, isOwned: boolean, terminal: SharedTerminal): void {
    if (bytes.byteLength === 0) return;
    const client = this.#phase === "running" ? this.#client : undefined;
    if (this.#phase === "running") terminal.runOutput?.write(bytes);
    if (client?.listensTo === "run" && !client.isStalled) client.send(Tag.RunOutput, bytes);
    terminal.relay(bytes, isOwned);
  }

  #begin(terminal: SharedTerminal): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // Whoever looks on shall see what is run, not how.
    terminal.relay(terminal.shell.replaceTyped(this.#line, this.request.text), false);
    this.#phase = "running";
    this.promptsBefore = terminal.shell.marks()?.prompts ?? 0;
    terminal.shell.markRun();
    terminal.runOutput = new Scrollback(KEPT_BYTES);
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
    // A command may read keys as a prompt does: only after an interrupt it is likely to be one.
    const isBack =
      state.kind === "prompt" &&
      (state.isBack || terminal.shell.typing.wasInterrupted || state.program !== this.#program);
    this.#idleLooks = isBack ? this.#idleLooks + 1 : 0;
    if (isBack && this.#idleLooks >= CERTAIN_LOOKS) return this.#endWithoutMarker(place, state);
    if (++this.#looks > MAX_QUIET_LOOKS) return;
    this.#timer = setTimeout(() => this.#lookForPrompt(place), QUIET_MS * this.#looks);
  }

  /** Makes the shell tell the exit status, unless something else has been typed there by now. */
  #endWithoutMarker(place: RunPlace, { program, problem }: AtPrompt): void {
    const { terminal, shell, files } = place;
    if (program !== this.#program) return this.#finish(0, place); // it was replaced by `exec`
    if (problem !== undefined) return this.#finish(INTERRUPTED, place);
    this.#phase = "asking";
    this.#timer = setTimeout(() => this.#finish(INTERRUPTED, place), TAKE_MS);
    ignoringSystemErrors(() => writePrivate(files.path, statusFile(shell, this.#nonce)));
    terminal.shell.type(this.#typed);
  }

  #finish(code: number, { terminal, files }: RunPlace): void {
    terminal.catchUp(); // what looks like a question in its output stays without an answer
    const client = this.#client;
    if (client?.listensTo === "run") {
      this.#tell(client.isStalled ? { kind: "lost" } : { kind: "ended", code });
      client.listensTo = undefined;
    }
    this.#end();
    this.#stopListening(terminal);
    removeRunFiles(files);
    this.#events.onEnd(code, client !== undefined);
  }

  #stopListening(terminal: SharedTerminal): void {
    terminal.tap = undefined;
    terminal.relay(this.#scanner.flush(), false);
  }

  #end(): void {
    this.#phase = "over";
    clearTimeout(this.#timer);
  }

  #tell(state: RunState): void {
    this.#client?.send(Tag.RunState, encodeRunState(state));
  }
}

/** For the end of a command, and of the session. */
export function removeRunFiles({ path, textPath }: RunFiles): void {
  for (const file of [path, textPath]) ignoringSystemErrors(() => rmSync(file, { force: true }));
}

function writePrivate(path: string, bytes: Uint8Array): void {
  writeFileSync(path, bytes, { mode: 0o600 });
}
