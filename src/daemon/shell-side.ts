import { decodeUtf8 } from "../protocol/utf8.ts";
import type { Pty } from "../pty/pty.ts";
import type { TerminalBackend } from "../terminal/backend.ts";
import type { ShellMarks } from "../terminal/prompt-marks.ts";
import type { ModelFeed } from "./model-feed.ts";
import { shellState, type ShellState } from "./shell-state.ts";
import { Typing } from "./typing.ts";

/** A shell reads its start-up files for so long at most, as far as we care. */
const YOUNG_MS = 10_000;

export interface ShellSideOptions {
  /** What the session was started with. */
  argv: readonly string[];
  /** Whether that is a shell with our integration, whose marks say where it is. */
  hasMarks: boolean;
  /** The file that a run command makes it read. */
  runPath: string;
}

/** The session's terminal as far as its shell is concerned, for commands that are run in it. */
export class ShellSide {
  /** What has been typed, whoever did. */
  readonly typing = new Typing(() => this.#notePrompt());
  readonly #options: ShellSideOptions;
  readonly #pty: Pty;
  readonly #backend: TerminalBackend;
  readonly #model: ModelFeed;
  readonly #startedMs = performance.now();
  /** The cursor's row when something was typed first, at a prompt; empty when it is not known. */
  #promptRow = "";

  constructor(options: ShellSideOptions, pty: Pty, backend: TerminalBackend, model: ModelFeed) {
    this.#options = options;
    this.#pty = pty;
    this.#backend = backend;
    this.#model = model;
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
    return shellState({
      argv: this.#options.argv,
      pty: this.#pty,
      hasMarks: this.#options.hasMarks,
      marks: () => this.marks(),
      typing: this.typing,
      hasSamePrompt: () => this.#promptRow.length > 1 && this.#cursorRow() === this.#promptRow,
      isYoung: this.ageMs < YOUNG_MS && !this.typing.hasTyped,
      runPath: this.#options.runPath,
    });
  }

  /** What the marks of our integration tell, all output up to now taken in. */
  marks(): ShellMarks | undefined {
    if (!this.#options.hasMarks) return undefined;
    this.#model.catchUp();
    return this.#backend.shellMarks();
  }

  /** Types for a command, on a line that nothing else stands on. */
  type(bytes: Uint8Array): void {
    this.#promptRow = this.#cursorRow();
    this.typing.forget();
    this.#pty.write(bytes);
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

  /** Something is typed first: what stands there now is the prompt, if it is at one. */
  #notePrompt(): void {
    if (this.state().kind === "prompt") this.#promptRow = this.#cursorRow();
  }

  #cursorRow(): string {
    this.#model.catchUp();
    return this.#backend.cursorRow();
  }
}
