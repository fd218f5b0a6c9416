import { join } from "node:path";

import { modesOf } from "../../src/terminal/snapshot/mode-writer.ts";
import { TestModel } from "../terminal/model.ts";

/** Generous: the machine may be busy. Nothing waits that long unless it fails. */
export const TIME_LIMIT_MS = 15_000;

const PROGRAM = join(import.meta.dir, "picker-program.ts");
/** Bits of termios.c_lflag that raw mode clears: ICANON and ECHO. */
const COOKED = process.platform === "darwin" ? 0x108 : 0o12;

export interface RunOptions {
  flags?: string[];
  rows?: number;
  cols?: number;
  env?: Record<string, string>;
}

/** The picker as a program under a PTY, with a terminal model as its screen. */
export class PickerRun implements AsyncDisposable {
  readonly model: TestModel;
  output = "";
  readonly #process: Bun.Subprocess;
  #wake: () => void = () => {};

  constructor({ flags = [], rows = 24, cols = 100, env = {} }: RunOptions = {}) {
    this.model = new TestModel({ rows, cols });
    this.#process = Bun.spawn([process.execPath, PROGRAM, ...flags], {
      env: { PATH: process.env["PATH"], TERM: "xterm-256color", HOME: "/tmp", TZ: "UTC", ...env },
      terminal: {
        rows,
        cols,
        data: (_, bytes) => {
          this.output += Buffer.from(bytes).toString("latin1");
          this.model.feed(bytes);
          this.#wake();
        },
      },
    });
    void this.#process.exited.then(() => this.#wake());
  }

  type(keys: string): this {
    this.#process.terminal?.write(keys);
    return this;
  }

  resize(rows: number, cols: number): void {
    this.model.resize(rows, cols);
    this.#process.terminal?.resize(cols, rows);
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  get text(): string {
    return this.model.screen().join("\n");
  }

  /** Waits until the screen, or anything else that output changes, is as wanted. */
  async until(isReady: string | (() => boolean)): Promise<this> {
    const check = typeof isReady === "string" ? () => this.text.includes(isReady) : isReady;
    const end = Date.now() + TIME_LIMIT_MS;
    const timer = setTimeout(() => this.#wake(), TIME_LIMIT_MS);
    try {
      while (!check()) {
        if (Date.now() >= end) throw new Error(`waited in vain for ${isReady}:\n${this.text}`);
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      return this;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits until the program has ended and all it printed is read. */
  async ended(): Promise<{ exitCode: number | null; signal: string | number | null }> {
    await this.#process.exited;
    // The last bytes may be read after the end is known: what it wrote last is the switch back.
    await this.until(() => !this.model.state.isAlt);
    return { exitCode: this.#process.exitCode, signal: this.#process.signalCode };
  }

  /** Every way in which the terminal is not as it was before the picker; empty when it is. */
  leftovers(): string[] {
    const { state } = this.model;
    const { decPrivateModes } = state.core.coreService;
    const found = [
      state.isAlt && "alternate screen",
      modesOf(state) !== "" && `modes ${JSON.stringify(modesOf(state))}`,
      state.kitty.normal.list().length > 1 && "kitty keyboard on the normal screen",
      state.kitty.alt.list().length > 1 && "kitty keyboard on the alternate screen",
      !decPrivateModes.wraparound && "no autowrap",
      decPrivateModes.synchronizedOutput && "synchronized output",
      this.isRaw && "raw mode",
    ];
    return found.filter((what) => what !== false);
  }

  get isRaw(): boolean {
    return ((this.#process.terminal?.localFlags ?? 0) & COOKED) !== COOKED;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
    this.#process.terminal?.close();
  }
}
