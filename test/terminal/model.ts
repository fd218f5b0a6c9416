import { resizeTerminal } from "../../src/terminal/resize/resize-terminal.ts";
import { captureState } from "../../src/terminal/snapshot/snapshot.ts";
import { createModel } from "../../src/terminal/terminal-model.ts";
import type { TerminalState } from "../../src/terminal/terminal-state.ts";

export interface ModelOptions {
  rows: number;
  cols: number;
  scrollbackLines?: number;
  /** Rows that the model keeps above the screen. */
  modelRows?: number;
}

/** A model whose internals tests can read, fed and snapshotted the way the backend does it. */
export class TestModel {
  readonly state: TerminalState;
  readonly replies: string[] = [];
  readonly #options: ModelOptions;

  constructor(options: ModelOptions) {
    this.#options = options;
    this.state = createModel({
      scrollbackLines: 1000,
      ...options,
      reply: (text) => this.replies.push(text),
    });
  }

  feed(bytes: Uint8Array | string): this {
    this.state.parse(typeof bytes === "string" ? Buffer.from(bytes) : bytes);
    return this;
  }

  resize(rows: number, cols: number): this {
    resizeTerminal(this.state, rows, cols);
    return this;
  }

  snapshot(): Uint8Array {
    return Buffer.concat([...captureState(this.state).pieces]);
  }

  /** A fresh terminal of the same size that has read the snapshot. */
  restored(snapshot = this.snapshot()): TestModel {
    const { rows, cols } = this.state.core;
    return new TestModel({ ...this.#options, rows, cols }).feed(snapshot);
  }

  screen(): string[] {
    const { buffer, core } = this.state;
    return Array.from({ length: core.rows }, (_, row) => this.text(buffer.ybase + row));
  }

  text(index: number): string {
    const line = this.state.buffer.lines.get(index);
    if (line === undefined) return "";
    let out = "";
    for (let x = 0; x < line.length; x += Math.max(1, line.getWidth(x))) {
      out += line.getString(x) || " ";
    }
    return out.trimEnd();
  }
}
