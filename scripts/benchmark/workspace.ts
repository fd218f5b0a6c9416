import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";

import { isRunning, killIfThere, processesWith } from "./processes.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const CLEAR_LOOKS = 200;
const CLEAR_LOOK_MS = 10;
const COMMAND_TIMEOUT_MS = 20_000;

/** End of the prompt of every shell here. */
export const PROMPT = "bench$ ";

/**
 * A directory under /tmp for all files of the run, and the environment of all its processes. It is
 * cleared whenever the run ends.
 */
export class Workspace implements Disposable {
  /** Short: a socket path holds 107 bytes. */
  readonly root = mkdtempSync("/tmp/tsm-bench-");
  readonly env: Readonly<Record<string, string>>;
  readonly #mark = `TSM_BENCH=${this.root}`;

  constructor() {
    this.env = {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: this.root,
      SHELL: "/bin/sh",
      TERM: "xterm-256color",
      LANG: "C.UTF-8",
      TSM_BENCH: this.root,
      TSM_DIR: this.path("tsm"),
      ...(process.env["TSM_PTY"] === undefined ? {} : { TSM_PTY: process.env["TSM_PTY"] }),
      TMUX_TMPDIR: this.directory("tmux"),
      SCREENDIR: this.directory("screen"),
    };
    // A login shell would use the system's prompt, which differs between machines.
    writeFileSync(this.path(".profile"), `PS1='${PROMPT}'\n`);
    process.on("exit", () => this[Symbol.dispose]());
    for (const signal of SIGNALS) {
      process.on(signal, () => process.exit(128 + constants.signals[signal]));
    }
  }

  path(name: string): string {
    return join(this.root, name);
  }

  directory(name: string): string {
    mkdirSync(this.path(name), { mode: 0o700, recursive: true });
    return this.path(name);
  }

  /** Runs a command to its end. @throws when it fails or hangs. */
  async run(argv: readonly string[]): Promise<string> {
    const child = Bun.spawn([...argv], {
      cwd: this.root,
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: COMMAND_TIMEOUT_MS,
    });
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    if ((await child.exited) === 0) return stdout;
    throw new Error(`${argv.slice(0, 3).join(" ")} … fails: ${stderr}${stdout}`);
  }

  /** Duration of a command in milliseconds; its output is discarded. @throws when it fails. */
  async timeRunMs(argv: readonly string[]): Promise<number> {
    const startMs = performance.now();
    const child = Bun.spawn([...argv], {
      cwd: this.root,
      env: this.env,
      stdio: ["ignore", "ignore", "ignore"],
      timeout: COMMAND_TIMEOUT_MS,
    });
    const code = await child.exited;
    const ms = performance.now() - startMs;
    if (code !== 0) throw new Error(`${argv.join(" ")} exits ${code}`);
    return ms;
  }

  /** All processes with this workspace's environment. */
  processes(): number[] {
    return processesWith(this.#mark).filter(isRunning);
  }

  /** Pids of screen's servers: where it is set-gid, its environment cannot be read. */
  screenServers(): Map<string, number> {
    const sockets = readdirSync(this.path("screen")).map((name) => name.split(".", 2));
    return new Map(sockets.map(([pid = "", name = ""]) => [name, Number(pid)]));
  }

  /** Ends every process. Synchronous, so that it also works at exit. */
  endProcesses(): void {
    for (let look = 0; look < CLEAR_LOOKS; look++) {
      const pids = this.processes();
      if (look === 0) pids.push(...this.#screenServersLeft());
      if (pids.length === 0) return;
      for (const pid of pids) killIfThere(pid);
      Bun.sleepSync(CLEAR_LOOK_MS);
    }
  }

  /** Ends every process and removes every file. */
  [Symbol.dispose](): void {
    this.endProcesses();
    rmSync(this.root, { recursive: true, force: true });
  }

  #screenServersLeft(): number[] {
    try {
      return [...this.screenServers().values()].filter((pid) => pid > 0);
    } catch {
      return []; // removed before: cleared twice
    }
  }
}
