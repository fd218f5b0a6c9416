import { inTime, TSM, type Sandbox } from "./sandbox.ts";

/** A command of tsm that runs on with its output in pipes, and what it has printed so far. */
export class PipedCommand {
  readonly #child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #text = "";

  constructor(box: Sandbox, args: readonly string[]) {
    this.#child = Bun.spawn([TSM, ...args], {
      cwd: box.root,
      env: box.env(),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.#chunks = this.#child.stdout[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Reads until the text has been printed. */
  async printed(text: string): Promise<void> {
    while (!this.#text.includes(text)) {
      if (!(await this.#read())) throw new Error(`it ended without ${text}: ${this.#text}`);
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Stops reading: the pipe has no reader any more. */
  async closeOutput(): Promise<void> {
    await this.#chunks.return?.();
  }

  /** Reads to the end. */
  async ended(): Promise<{ code: number; stdout: string; stderr: string }> {
    while (await this.#read());
    const [code, stderr] = await inTime(
      Promise.all([this.#child.exited, this.#child.stderr.text()]),
      () => "the command to end",
    );
    return { code, stdout: this.#text, stderr };
  }

  async exited(): Promise<number> {
    return await inTime(this.#child.exited, () => "the command to end");
  }

  async #read(): Promise<boolean> {
    const { value, done } = await inTime(
      this.#chunks.next(),
      () => `more than ${JSON.stringify(this.#text.slice(-2000))}`,
    );
    if (done === true) return false;
    this.#text += Buffer.from(value).toString("latin1");
    return true;
  }
}
