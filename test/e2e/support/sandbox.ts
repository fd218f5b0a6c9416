import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { socketPath, type Config } from "../../../src/config/paths.ts";
import { hasOpenFiles, killIfThere, readArgs, readProc } from "./proc.ts";

/** The compiled binary; `scripts/test` has built it. */
export const TSM = join(import.meta.dir, "../../../dist/tsm");
/** Far more than anything takes here, so that only a hang runs into it. */
export const PATIENCE_MS = 20_000;

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

export type Variables = Record<string, string | undefined>;

/**
 * A directory of sessions of its own under /tmp. Disposing it ends every process that was started
 * with it and removes everything, whatever the test has left.
 */
export class Sandbox implements AsyncDisposable {
  /** Short: a socket path holds 107 bytes. */
  readonly root = mkdtempSync("/tmp/tsm-e2e-");
  readonly config: Config = { socketDir: join(this.root, "s"), logDir: join(this.root, "s.logs") };
  readonly home = this.root;
  readonly #screens: Screen[] = [];

  constructor() {
    // A login shell would take the system's prompt, which differs between users.
    writeFileSync(join(this.home, ".profile"), "PS1='$ '\n");
  }

  env(extra: Variables = {}): Record<string, string> {
    const env: Variables = {
      PATH: process.env["PATH"],
      HOME: this.home,
      TERM: "xterm-256color",
      SHELL: "/bin/sh",
      LANG: "C.UTF-8",
      TSM_DIR: this.config.socketDir,
      TSM_PTY: process.env["TSM_PTY"],
      ...extra,
    };
    return Object.fromEntries(
      Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  }

  /** Program and arguments of a command of tsm. */
  command(...args: string[]): string[] {
    return [TSM, ...args];
  }

  /** Runs a command of tsm to its end, without a terminal. */
  async run(
    args: readonly string[],
    options: { env?: Variables; cwd?: string; stdin?: "ignore" | Uint8Array } = {},
  ): Promise<CommandResult> {
    const child = Bun.spawn([TSM, ...args], {
      cwd: options.cwd ?? this.root,
      env: this.env(options.env),
      stdin: options.stdin ?? "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const [code, stdout, stderr] = await inTime(
      Promise.all([child.exited, child.stdout.text(), child.stderr.text()]),
      () => `tsm ${args.join(" ")} to end`,
    );
    return { code, stdout, stderr };
  }

  /** Runs a command that has to succeed; returns what it prints. */
  async ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    if (code !== 0) throw new Error(`tsm ${args.join(" ")} exits ${code}: ${stderr}`);
    return stdout;
  }

  /** Starts a program (by default tsm) on a terminal of its own. */
  open(args: readonly string[], options: ScreenOptions = {}): Screen {
    const screen = new Screen([options.program ?? TSM, ...args], {
      ...options,
      cwd: options.cwd ?? this.root,
      env: this.env(options.env),
    });
    this.#screens.push(screen);
    return screen;
  }

  /** Names of the sockets that are there. */
  sockets(): string[] {
    return readdirSync(this.config.socketDir).filter((name) => !name.startsWith("."));
  }

  socket(name: string): string {
    return socketPath(this.config, name);
  }

  /** Pid of a session's daemon. */
  daemonPid(name: string): number {
    const pid = this.daemonPids().find((it) => readArgs(it)[2] === name);
    if (pid === undefined) throw new Error(`no daemon of ${name}`);
    return pid;
  }

  /** Pids of all daemons: their arguments say so. */
  daemonPids(): number[] {
    return this.processes().filter((pid) => readArgs(pid)[1] === "--daemon");
  }

  /** Kills a session's daemon with SIGKILL and resolves when the kernel has closed all it had open. */
  async killDaemon(name: string): Promise<void> {
    const pid = this.daemonPid(name);
    process.kill(pid, "SIGKILL");
    await until(() => !hasOpenFiles(pid), `the daemon of ${name} to be gone`);
  }

  /** All processes that were started with this sandbox. */
  processes(): number[] {
    const mark = `TSM_DIR=${this.config.socketDir}`;
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
      .filter((pid) => readProc(pid, "environ").split("\0").includes(mark));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const screen of this.#screens) screen.close();
    // Twice: a daemon that dies may just have started something.
    for (let round = 0; round < 2; round++) {
      for (const pid of this.processes()) killIfThere(pid);
      await until(() => this.processes().length === 0, "the sandbox's processes to end");
    }
    rmSync(this.root, { recursive: true, force: true });
  }
}

export interface ScreenOptions {
  env?: Variables;
  cwd?: string;
  rows?: number;
  cols?: number;
  program?: string;
  /** What stands behind the terminal: it is given all that is shown, and may type answers. */
  emulator?: { feed(bytes: Uint8Array, type: (answer: string) => void): void };
}

/** A program on a real terminal, and everything that it has shown. */
export class Screen {
  readonly #child: Bun.Subprocess;
  readonly #terminal: Bun.Terminal;
  readonly #changed = new Set<() => void>();
  #chunks: Buffer[] = [];

  constructor(
    argv: string[],
    options: ScreenOptions & { cwd: string; env: Record<string, string> },
  ) {
    this.#child = Bun.spawn(argv, {
      cwd: options.cwd,
      env: options.env,
      terminal: {
        rows: options.rows ?? 24,
        cols: options.cols ?? 80,
        data: (_, bytes) => {
          this.#chunks.push(Buffer.from(bytes));
          options.emulator?.feed(Buffer.from(bytes), (answer) => this.type(answer));
          for (const changed of this.#changed) changed();
        },
      },
    });
    if (this.#child.terminal === undefined) throw new Error("no terminal");
    this.#terminal = this.#child.terminal;
  }

  get pid(): number {
    return this.#child.pid;
  }

  get terminal(): Bun.Terminal {
    return this.#terminal;
  }

  /** All bytes shown so far. */
  get output(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  get text(): string {
    return this.output.toString("utf8");
  }

  /** Forgets what has been shown, so that the next `shown` waits for something new. */
  clear(): void {
    this.#chunks = [];
  }

  type(text: string | Uint8Array): void {
    this.#terminal.write(text);
  }

  /** Waits until the text has been shown. */
  async shown(text: string): Promise<void> {
    await this.until(() => this.text.includes(text), `${JSON.stringify(text)} to be shown`);
  }

  /** Waits for a condition on the output, looked at whenever more has come. */
  async until(isTrue: () => boolean, what: string): Promise<void> {
    if (isTrue()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const changed = (): void => {
      if (isTrue()) resolve();
    };
    this.#changed.add(changed);
    try {
      await inTime(
        promise,
        () => `${what}; the screen has ${JSON.stringify(this.text.slice(-2000))}`,
      );
    } finally {
      this.#changed.delete(changed);
    }
  }

  /** Exit status, as a shell would report it. */
  async exited(): Promise<number> {
    const code = await inTime(
      this.#child.exited,
      () => `the program to end; the screen has ${JSON.stringify(this.text.slice(-2000))}`,
    );
    return code;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  close(): void {
    killIfThere(this.#child.pid);
    if (!this.#terminal.closed) this.#terminal.close();
  }
}

/** Fails with what was waited for when a promise takes too long. */
export async function inTime<T>(promise: Promise<T>, what: () => string): Promise<T> {
  let timer: Timer | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what()}`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for a fact about the system that tells no event, by looking again and again. */
export async function until(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const giveUpAtMs = performance.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (performance.now() > giveUpAtMs) throw new Error(`waited in vain for ${what}`);
    await Bun.sleep(5);
  }
}

export function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readProc(pid, "status"));
}
