import { decodeUtf8 } from "../protocol/utf8.ts";
import type { Pty } from "../pty/pty.ts";
import type { TerminalBackend } from "../terminal/backend.ts";
import type { ShellMarks } from "../terminal/prompt-marks.ts";
import type { ModelFeed } from "./model-feed.ts";
import { shellState, type ShellState } from "./shell-state.ts";
import type { Typing } from "./typing.ts";

/** The session's terminal as far as its shell is concerned, for commands that are run in it. */
export class ShellSide {
  readonly #argv: readonly string[];
  readonly #pty: Pty;
  readonly #backend: TerminalBackend;
  readonly #model: ModelFeed;
  readonly #typing: Typing;
  readonly #startedMs = performance.now();

  /** @param argv what the session was started with. */
  constructor(
    argv: readonly string[],
    pty: Pty,
    backend: TerminalBackend,
    model: ModelFeed,
    typing: Typing,
  ) {
    this.#argv = argv;
    this.#pty = pty;
    this.#backend = backend;
    this.#model = model;
    this.#typing = typing;
  }

  /** Whether the terminal sends LF as CR LF now. */
  get sendsCrLf(): boolean {
    return this.#pty.lineModes()?.hasCrLf === true;
  }

  /** For how long the shell has been running. */
  get ageMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** @param runPath the file that a command makes it read. */
  state(runPath: string): ShellState {
    const argv = this.#argv;
    return shellState({ argv, pty: this.#pty, marks: () => this.marks(), runPath });
  }

  /** What its marks tell, all output up to now taken in. */
  marks(): ShellMarks | undefined {
    this.#model.catchUp();
    return this.#backend.shellMarks();
  }

  /** Types for a command, on a line that nothing else stands on. @param text bytes, one a character. */
  type(text: string): void {
    this.#typing.forget();
    this.#pty.write(Buffer.from(text, "latin1"));
  }

  /** The output of a command begins here, with everything up to now taken in. */
  markRun(): void {
    this.#model.catchUp();
    this.#backend.markRun();
  }

  /** Bytes that show text instead of the line that was typed to run it. */
  replaceTyped(typed: string, text: Uint8Array): Uint8Array {
    this.#model.catchUp();
    return this.#backend.replaceTyped(typed, decodeUtf8(text));
  }
}
