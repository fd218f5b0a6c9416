import type { OutputInterceptor } from "../../../src/daemon/terminal/output-path.ts";
import type { SharedTerminal } from "../../../src/daemon/terminal/shared-terminal.ts";
import type { AtPrompt, ShellState } from "../../../src/daemon/terminal/shell-state.ts";
import type { ShellMark } from "../../../src/protocol/shell-mark.ts";
import { decodeUtf8, encodeUtf8 } from "../../../src/protocol/utf8.ts";

/** A plain shell at its prompt, where nothing is typed. */
export const AT_PROMPT: AtPrompt = {
  kind: "prompt",
  shell: "sh",
  program: "dash",
  hasIntegration: false,
  isReported: false,
  hasKeys: false,
  isBack: true,
  hasEditor: false,
  isEditing: false,
  problem: undefined,
};

/** The terminal of a session as far as run commands use it, whose shell does what a test says. */
export class FakeRunTerminal {
  state: ShellState = AT_PROMPT;
  /** What was typed for run commands. */
  typed = "";
  interrupts = 0;
  #interceptor: OutputInterceptor | undefined;

  readonly shell = {
    secret: "5ec2e7",
    ageMs: 60_000,
    sendsCrLf: true,
    integration: undefined,
    typing: { idleMs: Number.POSITIVE_INFINITY, hasTyped: false, wasInterrupted: false },
    state: () => this.state,
    isAtEmptyPrompt: () => false,
    missingIntegration: () => undefined,
    replaceTyped: () => new Uint8Array(0),
    type: (bytes: Uint8Array) => {
      this.typed += decodeUtf8(bytes);
    },
    interrupt: () => this.interrupts++,
    signalInterrupt: () => undefined,
  };

  readonly output = {
    relay: () => undefined,
    intercept: (interceptor: OutputInterceptor) => {
      this.#interceptor = interceptor;
      return () => (this.#interceptor = undefined);
    },
  };

  get isIntercepted(): boolean {
    return this.#interceptor !== undefined;
  }

  beginRunOutput(): { write(): void } {
    return { write: () => undefined };
  }

  catchUp(): void {
    // There is no model.
  }

  print(text: string): void {
    this.#interceptor?.onOutput(encodeUtf8(text), false);
  }

  mark(mark: ShellMark): void {
    this.#interceptor?.onMark(mark);
  }

  asTerminal(): SharedTerminal {
    return this as unknown as SharedTerminal;
  }
}
