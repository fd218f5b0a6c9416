import type { Workspace } from "./workspace.ts";

const PATIENCE_MS = 60_000;

/** Size of every measured terminal. */
export const SIZE = { rows: 24, cols: 80 } as const;

/**
 * A program on its own terminal, whose output is read as fast as possible, counted, and searched
 * for one awaited text.
 */
export class MeteredTerminal {
  readonly #child: Bun.Subprocess;
  readonly #terminal: Bun.Terminal;
  #receivedBytes = 0;
  #wanted: { text: Buffer; found: (atMs: number) => void } | undefined;
  /** End of the last bytes: the awaited text may be cut in two. */
  #tail = Buffer.alloc(0);

  constructor(workspace: Workspace, argv: readonly string[]) {
    this.#child = Bun.spawn([...argv], {
      cwd: workspace.root,
      env: workspace.env,
      terminal: { ...SIZE, data: (_, bytes) => this.#receive(bytes) },
    });
    if (this.#child.terminal === undefined) throw new Error("no terminal");
    this.#terminal = this.#child.terminal;
  }

  get pid(): number {
    return this.#child.pid;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  type(text: string): void {
    this.#terminal.write(text);
  }

  /** Resolves with the time at which the text arrived. @throws after a timeout. */
  async shown(text: string, patienceMs = PATIENCE_MS): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#tail = Buffer.alloc(0);
    this.#wanted = { text: Buffer.from(text), found: resolve };
    const timer = setTimeout(() => reject(new Error(`${text} does not come`)), patienceMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#wanted = undefined;
    }
  }

  /** Types repeatedly until the answer arrives: input may be discarded while a client starts. */
  async answers(typed: string, answer: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.type(typed);
      try {
        await this.shown(answer, 300);
        return;
      } catch (error) {
        if (attempt === 30) throw error;
      }
    }
  }

  /** Ends the program and waits until it has ended. */
  async close(): Promise<void> {
    this.#child.kill("SIGTERM");
    const kill = setTimeout(() => this.#child.kill("SIGKILL"), 1000);
    await this.#child.exited;
    clearTimeout(kill);
    if (!this.#terminal.closed) this.#terminal.close();
  }

  #receive(bytes: Uint8Array): void {
    this.#receivedBytes += bytes.byteLength;
    if (this.#wanted === undefined) return;
    const { text, found } = this.#wanted;
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const head = Buffer.concat([this.#tail, chunk.subarray(0, text.byteLength)]);
    if (head.includes(text) || chunk.includes(text)) return found(performance.now());
    const keptBytes = text.byteLength - 1;
    this.#tail =
      chunk.byteLength >= keptBytes
        ? Buffer.from(chunk.subarray(chunk.byteLength - keptBytes))
        : Buffer.from(head.subarray(-keptBytes));
  }
}
