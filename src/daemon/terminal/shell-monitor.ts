import { randomBytes } from "node:crypto";

import { PASTE_END } from "../../input/sequence-state.ts";
import type { IntegrationState } from "../../protocol/integration.ts";
import type { ShellMark } from "../../protocol/shell-mark.ts";
import { decodeUtf8 } from "../../protocol/utf8.ts";
import type { Pty } from "../../pty/pty.ts";
import { directoryOf } from "../../system/processes/waiting-process.ts";
import type { ShellFiles } from "../../shell/shell-argv.ts";
import type { TerminalBackend } from "../../terminal/backend.ts";
import type { ModelFeed } from "./model-feed.ts";
import { ShellIntegration } from "./shell-integration.ts";
import { shellState, type AtPrompt, type ShellState } from "./shell-state.ts";
import { Typing } from "./typing.ts";

/** A shell reads its start-up files for so long at most, as far as we care. */
const YOUNG_MS = 10_000;
/** A prompt's report comes with the prompt, or does not come. */
const REPORT_MS = 50;

/** Ctrl+C. */
const INTERRUPT = Uint8Array.of(0x03);

export interface ShellMonitorOptions {
  /** What the session was started with. */
  argv: readonly string[];
  /** Files of our integration, when that is a shell that reads them. */
  shellFiles: ShellFiles | undefined;
  /** The file that a run command makes it read. */
  runPath: string;
}

/** The session's terminal as far as its shell is concerned, for commands that are run in it. */
export class ShellMonitor {
  /** What has been typed, by any client. */
  readonly typing = new Typing(() => this.#notePrompt());
  readonly integration: ShellIntegration | undefined;
  /** What the shell's marks carry, and those of run commands in any shell. */
  readonly secret: string;
  readonly #options: ShellMonitorOptions;
  readonly #pty: Pty;
  readonly #backend: TerminalBackend;
  readonly #model: ModelFeed;
  readonly #isRunning: () => boolean;
  readonly #startedMs = performance.now();
  /** The cursor's row when something was typed first, at a prompt; empty when it is not known. */
  #promptRow = "";
  #mayComeBack = true;
  #outputMs = Number.NEGATIVE_INFINITY;
  /** Whether a prompt for more of a command looks like one for a new command, when last reported. */
  #hasEqualPrompts = false;

  /** @param isRunning whether a run command has been typed, or runs. */
  constructor(
    options: ShellMonitorOptions,
    pty: Pty,
    backend: TerminalBackend,
    model: ModelFeed,
    isRunning: () => boolean,
  ) {
    this.#options = options;
    this.#pty = pty;
    this.#backend = backend;
    this.#model = model;
    this.#isRunning = isRunning;
    const { shellFiles } = options;
    this.secret = shellFiles?.secret ?? randomBytes(8).toString("hex");
    this.integration = shellFiles === undefined ? undefined : new ShellIntegration();
  }

  /** Something has been printed. */
  noteOutput(): void {
    this.#outputMs = performance.now();
  }

  /** Takes what the shell reports, with all output before it already in the model's backlog. */
  take(mark: ShellMark): void {
    if (mark.kind === "run-ended") this.#hasEqualPrompts = mark.hasEqualPrompts;
    this.integration?.take(mark);
    if (mark.kind !== "input") return;
    this.typing.notePrompt();
    if (!mark.isExact) return;
    this.#model.catchUp();
    this.#backend.markInput();
  }

  /** The shell's directory, where the system tells it. */
  directory(): string | undefined {
    return directoryOf(this.#pty.pid);
  }

  /** Path of the integration file if the shell has lost its integration and a run can restore it. */
  missingIntegration({ hasIntegration, isReported }: AtPrompt): string | undefined {
    const isMissing = hasIntegration && !isReported && this.#mayComeBack;
    return isMissing ? this.#options.shellFiles?.integration : undefined;
  }

  /** The shell could not read it: that is not tried again. */
  forgoIntegration(): void {
    this.#mayComeBack = false;
  }

  /** Whether the shell reports its prompts now. */
  integrationState(): IntegrationState {
    const { integration } = this;
    if (integration === undefined) return { kind: "none" };
    const { kind } = this.state(); // which may find that it does not
    const mayStart = !integration.isReady && this.ageMs < YOUNG_MS && kind !== "prompt";
    if (mayStart && integration.prompts === 0) return { kind: "starting" };
    return integration.state();
  }

  /** Whether the shell is at a prompt, or draws one, by its own report. */
  get isPrompting(): boolean {
    return this.integration?.phase === "input" || this.integration?.phase === "prompt";
  }

  /** Whether the terminal sends LF as CR LF now. */
  get sendsCrLf(): boolean {
    return this.#pty.lineModes()?.hasCrLf === true;
  }

  /** For how long the shell has been running. */
  get ageMs(): number {
    return performance.now() - this.#startedMs;
  }

  state(): ShellState {
    const state = shellState({
      argv: this.#options.argv,
      pty: this.#pty,
      integration: this.integration,
      typing: this.typing,
      isLineEmpty: () => this.#isLineEmpty(),
      hasSamePrompt: () => this.#hasSamePrompt(),
      bracketsPastes: () => this.bracketsPastes(),
      isYoung: this.ageMs < YOUNG_MS && !this.typing.hasTyped,
      runPath: this.#options.runPath,
    });
    const isSilent = state.kind === "prompt" && state.hasIntegration && !state.isReported;
    // A run command may read keys as a prompt does.
    if (!isSilent || this.#isRunning()) return state;
    // The kernel shows a prompt before the report of it has been read.
    const quietMs = performance.now() - this.#outputMs;
    if (quietMs < REPORT_MS) return { kind: "soon", reason: "its shell draws its prompt" };
    if (state.problem === undefined) this.integration?.noteSilentPrompt();
    return state;
  }

  /** Whether it has reported a prompt, at which nothing is typed. */
  isAtEmptyPrompt(): boolean {
    const state = this.state();
    return state.kind === "prompt" && state.isReported && this.#isLineEmpty();
  }

  #isLineEmpty(): boolean {
    this.#model.catchUp();
    return this.#backend.isInputEmpty();
  }

  #hasSamePrompt(): boolean {
    if (this.#hasEqualPrompts && this.typing.hasEndedLine) return false;
    return this.#promptRow.length > 1 && this.#cursorRow() === this.#promptRow;
  }

  /** Whether the program tells what is pasted from what is typed. */
  bracketsPastes(): boolean {
    this.#model.catchUp();
    return this.#backend.bracketsPastes();
  }

  /** Types for a run command, on an empty line. */
  type(bytes: Uint8Array): void {
    this.#promptRow = this.#cursorRow();
    this.typing.forget();
    this.#pty.write(bytes);
  }

  /** Presses Ctrl+C for the session itself, with or without clients. */
  interrupt(): void {
    this.typing.note(INTERRUPT);
    this.#pty.write(INTERRUPT);
  }

  /** Ends a paste whose end was never typed: in it, Ctrl+C is text. @returns whether there may be one. */
  endPaste(): boolean {
    const mayBeInPaste = this.bracketsPastes();
    if (mayBeInPaste) this.#pty.write(PASTE_END);
    return mayBeInPaste;
  }

  /** Sends the signal that Ctrl+C sends, also where the terminal's modes make it a key. */
  signalInterrupt(): void {
    this.#pty.signal("SIGINT");
  }

  /** The output of a command begins here, with everything up to now taken in. */
  markRun(): void {
    this.#model.catchUp();
    this.#backend.markRun();
    this.#model.noteChange();
  }

  /** Bytes that show text instead of the line that was typed to run it. */
  replaceTyped(typed: Uint8Array, text: Uint8Array): Uint8Array {
    this.#model.catchUp();
    return this.#backend.replaceTyped(decodeUtf8(typed), decodeUtf8(text));
  }

  /** Called before the first typing: the cursor's row now is the prompt, if it is at one. */
  #notePrompt(): void {
    if (this.state().kind === "prompt") this.#promptRow = this.#cursorRow();
  }

  #cursorRow(): string {
    this.#model.catchUp();
    return this.#backend.cursorRow();
  }
}
