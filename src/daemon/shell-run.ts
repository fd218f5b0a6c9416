import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";

import { describeError } from "../base/errors.ts";
import { encodeExit, type ExitStatus } from "../protocol/messages.ts";
import { runMarkerOf, runMarkerScanner } from "../protocol/run-marker.ts";
import type { SequenceScanner } from "../protocol/sequence-scanner.ts";
import { Tag } from "../protocol/tags.ts";
import { encodeRunState, type RunRequest, type RunState } from "../protocol/tasks.ts";
import type { RunFiles } from "../sessions/run-files.ts";
import { runScript, statusFile, type RunShell } from "../shell/run-script.ts";
import type { Client } from "./client.ts";
import { ignoringSystemErrors } from "./log.ts";
import type { SharedTerminal } from "./shared-terminal.ts";

/** A shell at its prompt takes a line at once; hooks of its user's may take a while. */
const TAKE_MS = 10_000;
/** After output has stopped for this long, a command may have been left without its end. */
const QUIET_MS = 50;
/** Looks in a row that must find the shell at its prompt, and looks that may find it on its way. */
const CERTAIN_LOOKS = 2;
const MAX_QUIET_LOOKS = 10;
/** What Ctrl+C leaves behind, for a shell that does not tell. */
const INTERRUPTED = 130;

/** Leaves a line editor's command mode, if it is in one, and an empty line. */
const TO_INSERT_MODE = "a\x7f";

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
  files: RunFiles;
}

/**
 * One text that a shell at its prompt is made to run: a line is typed that makes the shell read a
 * file, and the output between two markers, which nobody else sees, is the text's own.
 */
export class ShellRun {
  readonly request: RunRequest;
  readonly #events: ShellRunEvents;
  readonly #nonce = randomBytes(8).toString("hex");
  readonly #scanner: SequenceScanner;
  /** Who asked and gets the output; undefined when nobody does any more. */
  #client: Client | undefined;
  #phase: "waiting" | "typed" | "running" | "asking" | "over" = "waiting";
  #timer: Timer | undefined;
  #line = "";
  #looks = 0;
  #idleLooks = 0;
  /** How often the shell had told an exit status when it began. */
  #exitsBefore = 0;

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
    const text = Buffer.from(this.request.text).toString("latin1");
    const { isScript } = this.request;
    const script = runScript(shell, files, { text, isScript, nonce: this.#nonce });
    try {
      if (script.textFile !== undefined) writePrivate(files.textPath, script.textFile);
      writePrivate(files.path, script.file);
    } catch (error) {
      return this.refuse(`its files cannot be written: ${describeError(error)}`);
    }
    this.#phase = "typed";
    this.#line = script.line;
    terminal.tap = (chunk) => this.#take(chunk, place);
    const isInEditor = terminal.typing.hasTyped && shell !== "sh";
    terminal.shell.type(`${isInEditor ? TO_INSERT_MODE : ""}${script.line}\r`);
    this.#timer = setTimeout(() => {
      // Should the shell come to that line later, it shall find nothing to do.
      ignoringSystemErrors(() => writePrivate(files.path, ":\n"));
      this.#stopListening(terminal);
      this.refuse("its shell did not take the command");
    }, TAKE_MS);
  }

  /** Nobody waits for it any more. */
  forgetClient(): void {
    this.#client = undefined;
  }

  /** Says that nothing is run. */
  refuse(reason: string): void {
    this.#end();
    this.#tell({ kind: "refused", reason });
    this.#events.onRefusal(reason);
  }

  /** The session's command has ended, and with it this one. */
  endWithSession(exit: ExitStatus, terminal: SharedTerminal): void {
    if (!this.isWaiting) {
      this.#output(this.#scanner.flush(), false, terminal);
      terminal.tap = undefined;
    }
    this.#end();
    this.#client?.send(Tag.Exit, encodeExit(exit));
  }

  /** Takes output: everything but the markers goes on to all, its own also to its client. */
  #take(chunk: Uint8Array<ArrayBuffer>, place: RunPlace): void {
    const { terminal } = place;
    let isHandedOn = false;
    let code: number | undefined;
    for (const part of this.#scanner.push(chunk)) {
      if (part.kind === "bytes") {
        isHandedOn ||= part.bytes === chunk;
        this.#output(part.bytes, part.bytes === chunk, terminal);
        continue;
      }
      const marker = runMarkerOf(part);
      if (marker?.kind === "started" && this.#phase === "typed") this.#begin(terminal);
      if (marker?.kind === "ended" && code === undefined && this.#hasBegun) {
        code = marker.code;
        this.#phase = "over";
      }
    }
    if (!isHandedOn) terminal.recycle(chunk);
    if (code !== undefined) this.#finish(code, place);
    else if (this.#phase === "running") this.#lookWhenQuiet(place);
  }

  get #hasBegun(): boolean {
    return this.#phase === "running" || this.#phase === "asking";
  }

  /** @param isOwned whether the bytes are a whole chunk, with room in front for a header. */
  #output(bytes: Uint8Array, isOwned: boolean, terminal: SharedTerminal): void {
    if (bytes.byteLength === 0) return;
    const client = this.#phase === "running" ? this.#client : undefined;
    if (client?.listensTo === "run" && !client.isStalled) client.send(Tag.RunOutput, bytes);
    terminal.relay(bytes, isOwned);
  }

  #begin(terminal: SharedTerminal): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // Whoever looks on shall see what is run, not how.
    terminal.relay(terminal.shell.replaceTyped(this.#line, this.request.text), false);
    this.#phase = "running";
    terminal.shell.markRun();
    this.#exitsBefore = terminal.shell.marks()?.exits ?? 0;
    this.#events.onStart();
    this.#tell({ kind: "started", hasCrLf: terminal.shell.sendsCrLf });
    if (this.#client === undefined) return;
    if (this.request.isDetached) this.#client = undefined;
    else this.#client.listensTo = "run";
  }

  /**
   * A command that was interrupted, or has failed in some ways, says no end: the shell is back at its
   * prompt instead, which cannot be without output.
   */
  #lookWhenQuiet(place: RunPlace): void {
    this.#looks = 0;
    this.#idleLooks = 0;
    this.#timer ??= setTimeout(() => this.#lookForPrompt(place), QUIET_MS);
  }

  #lookForPrompt(place: RunPlace): void {
    this.#timer = undefined;
    const { terminal, files } = place;
    const state = terminal.shell.state(files.path);
    if (state.kind === "none" || (state.kind === "busy" && state.isProgram)) return; // the next output makes us look again
    this.#idleLooks = state.kind === "soon" ? 0 : this.#idleLooks + 1;
    if (this.#idleLooks >= CERTAIN_LOOKS) return this.#endWithoutMarker(place);
    if (++this.#looks > MAX_QUIET_LOOKS) return;
    this.#timer = setTimeout(() => this.#lookForPrompt(place), QUIET_MS * this.#looks);
  }

  /** Takes the exit status that the shell has told by itself, or makes it tell. */
  #endWithoutMarker(place: RunPlace): void {
    const { terminal, shell, files } = place;
    const marks = terminal.shell.marks();
    if (marks?.exitCode !== undefined && marks.exits > this.#exitsBefore) {
      return this.#finish(marks.exitCode & 0xff, place);
    }
    this.#phase = "asking";
    this.#timer = setTimeout(() => this.#finish(INTERRUPTED, place), TAKE_MS);
    ignoringSystemErrors(() => writePrivate(files.path, statusFile(shell, this.#nonce)));
    const { line } = runScript(shell, files, { text: "", isScript: false, nonce: this.#nonce });
    terminal.shell.type(`${line}\r`);
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

/** @param text bytes, one a character. */
function writePrivate(path: string, text: string): void {
  writeFileSync(path, Buffer.from(text, "latin1"), { mode: 0o600 });
}
