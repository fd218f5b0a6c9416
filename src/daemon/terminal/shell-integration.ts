import type { IntegrationState } from "../../protocol/integration.ts";
import type { ShellMark } from "../../protocol/shell-mark.ts";

/** Where a shell is by its own reports. */
export type ShellPhase =
  /** It has not reported a prompt yet. */
  | "silent"
  /** It draws its prompt. */
  | "prompt"
  /** Its prompt is there. */
  | "input"
  /** It has taken a line, and runs it. */
  | "command";

/**
 * What is known of a shell's integration. That it was prepared proves nothing: it is believed as far
 * as the shell reports each prompt, in marks that only this session's shell can make.
 */
export class ShellIntegration {
  #phase: ShellPhase = "silent";
  #isReady = false;
  #hasKeys = false;
  #isExact = false;
  #isLost = false;
  #prompts = 0;
  #lastMs = 0;
  #problem: string | undefined;

  get phase(): ShellPhase {
    return this.#phase;
  }

  /** Its start-up files have been read. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** It has bound what is typed to it. */
  get hasKeys(): boolean {
    return this.#hasKeys;
  }

  /** It has reported exactly where its prompt ends. */
  get isExact(): boolean {
    return this.#isExact;
  }

  /** How many prompts it has reported. */
  get prompts(): number {
    return this.#prompts;
  }

  take(mark: ShellMark): void {
    switch (mark.kind) {
      case "ready":
        this.#isReady = true;
        this.#hasKeys = true;
        this.#problem = mark.problem;
        return;
      case "prompt":
        this.#phase = "prompt";
        return;
      case "input":
        this.#phase = "input";
        this.#isExact = mark.isExact;
        this.#isReady = true;
        this.#isLost = false;
        this.#prompts++;
        this.#lastMs = Date.now();
        return;
      case "command":
        this.#phase = "command";
        return;
      case "run-started":
      case "run-ended":
        // What was reported before was another prompt, or one that the command has shown.
        if (this.#phase !== "silent") this.#phase = "command";
    }
  }

  /** It is at a prompt that it has not reported. */
  noteSilentPrompt(): void {
    this.#isLost = true;
  }

  state(): IntegrationState {
    if (this.#prompts === 0) return { kind: "never", problem: this.#problem ?? "" };
    return { kind: this.#isLost ? "lost" : "works", lastMs: this.#lastMs };
  }
}
