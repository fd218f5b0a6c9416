/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import { PartialInput } from "../../src/terminal/partial-input.ts";
import { writeSnapshot } from "../../src/terminal/snapshot.ts";
import { createModel } from "../../src/terminal/terminal-model.ts";
import type { TerminalState } from "../../src/terminal/terminal-state.ts";

export interface ModelOptions {
  rows: number;
  cols: number;
  scrollbackLines?: number;
}

/** A model whose inside the tests may read, fed and snapshotted as the backend does it. */
export class TestModel {
  readonly state: TerminalState;
  readonly replies: string[] = [];
  private readonly partial = new PartialInput();

  constructor(options: ModelOptions) {
    this.state = createModel({
      rows: options.rows,
      cols: options.cols,
      scrollbackLines: options.scrollbackLines ?? 1000,
      reply: (text) => this.replies.push(text),
    });
  }

  feed(bytes: Uint8Array | string): this {
    const chunk = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    this.state.core._inputHandler.parse(chunk);
    this.partial.follow(chunk, this.state.core._inputHandler);
    return this;
  }

  snapshot(): Uint8Array {
    const out = writeSnapshot(this.state);
    out.bytes(this.partial.bytes(this.state.core._inputHandler));
    return out.finish();
  }

  /** A fresh terminal of the same size that has read the snapshot. */
  restored(snapshot = this.snapshot()): TestModel {
    const { rows, cols } = this.state.core;
    return new TestModel({ rows, cols }).feed(snapshot);
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
