import { copyFileSync, mkdirSync } from "node:fs";

import { processTree, readProcessTable } from "../../src/system/processes/process-table.ts";
import type { TestHome } from "./test-home.ts";

const CAT = Bun.which("cat") ?? "/bin/cat";

/**
 * A shell on a terminal that runs, in the foreground, a real process named as an agent is: a copy of
 * `cat`. It runs once it has given a line back. All of it is gone when the test ends.
 */
export class FakeAgent implements AsyncDisposable {
  readonly #shell: Bun.Subprocess;
  readonly isRunning: Promise<void>;

  constructor(home: TestHome, name: string, directory: string) {
    const program = home.join("bin", name);
    mkdirSync(home.join("bin"), { recursive: true });
    mkdirSync(directory, { recursive: true });
    copyFileSync(CAT, program);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.isRunning = promise;
    let output = "";
    // With `set -m` the program is a job of its own, as it is at a prompt; the colon keeps the shell
    // from being replaced by its last command.
    const script = `set -m; cd "$2"; "$1" -u; :`;
    this.#shell = Bun.spawn(["bash", "-c", script, "bash", program, directory], {
      terminal: {
        cols: 80,
        rows: 24,
        data(_, bytes) {
          output += Buffer.from(bytes).toString("latin1");
          // Once from the terminal's echo, once from the program.
          if (output.split("ready").length > 2) resolve();
        },
      },
    });
    this.#shell.terminal?.write("ready\n");
  }

  /** The process on the terminal. */
  get pid(): number {
    return this.#shell.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const [, ...programs] = processTree(readProcessTable([this.pid]), this.pid);
    for (const { pid } of programs) process.kill(pid, "SIGKILL");
    // A shell that has seen its program end takes note of that and ends too.
    if (programs.length === 0) this.#shell.kill("SIGKILL");
    await this.#shell.exited;
    this.#shell.terminal?.close();
  }
}
