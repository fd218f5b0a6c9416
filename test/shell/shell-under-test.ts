import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readShellSecret } from "../../src/shell/shell-files.ts";
import { PublicMarks } from "../../src/daemon/terminal/public-marks.ts";
import type { SequenceScanner } from "../../src/protocol/sequence-scanner.ts";
import { shellMarkOf, shellMarkScanner, type ShellMark } from "../../src/protocol/shell-mark.ts";
import { prepareShell } from "../../src/shell/prepare-shell.ts";
import type { PreparedShell, ShellOptions } from "../../src/shell/prepare-shell.ts";
import type { ShellKind } from "../../src/shell/shell-kind.ts";

/** Generous: the machine may be busy. Nothing waits that long unless it fails. */
const TIME_LIMIT_MS = 10_000;

/** For a whole test, which may wait for several things; each file of tests sets it. */
export const TEST_TIME_LIMIT_MS = 3 * TIME_LIMIT_MS;

export interface Start {
  /** Files of the user, by path below the home directory. */
  files?: Record<string, string>;
  name?: string;
  env?: Record<string, string>;
  options?: Partial<ShellOptions>;
}

/** Whether the shell is installed; a test of a missing one is skipped. */
export function isInstalled(kind: ShellKind): boolean {
  return Bun.which(kind) !== null;
}

/** A home directory of a test's own; gone when the test ends, also when it fails. */
export class TestHome implements AsyncDisposable {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), "tsm-shell-")));
  readonly socketDir = join(this.path, "sockets");
  readonly shells: ShellUnderTest[] = [];

  constructor() {
    mkdirSync(this.socketDir, { mode: 0o700 });
    // Without any file of its own zsh would ask a new user what to do.
    this.write(".zshrc", "");
    // Without this directory fish would fill one from all manuals, in a process that outlives it.
    mkdirSync(this.join(".local/share/fish/generated_completions"), { recursive: true });
    // Stands in for tsm: a shortcut shows what it was called with.
    this.write("bin/t s'm", `#!/bin/sh\nread -r line\necho "RAN[$*] READ[$line]"\n`, 0o755);
  }

  join(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.join(path)), { recursive: true });
    writeFileSync(this.join(path), text, { mode });
  }

  options(kind: ShellKind, { name = "work", env = {}, options = {} }: Start = {}): ShellOptions {
    return {
      shell: Bun.which(kind) ?? kind,
      sessionName: name,
      socketDir: this.socketDir,
      env: {
        PATH: process.env["PATH"],
        HOME: this.path,
        LANG: "C.UTF-8",
        TERM: "xterm-256color",
        ...env,
      },
      executable: this.join("bin/t s'm"),
      prompt: true,
      shortcuts: { full: "ctrl+g", palette: "ctrl+]", toggle: "ctrl+t" },
      ...options,
    };
  }

  /** Starts a shell as a session would. */
  start(kind: ShellKind, start: Start = {}): ShellUnderTest {
    for (const [path, text] of Object.entries(start.files ?? {})) this.write(path, text);
    return this.run(prepareShell(this.options(kind, start)));
  }

  run(prepared: PreparedShell): ShellUnderTest {
    const shell = new ShellUnderTest(prepared, this.path);
    this.shells.push(shell);
    return shell;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const shell of this.shells) await shell.end();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A shell under a PTY, with what it has printed. */
export class ShellUnderTest {
  output = "";
  private seen = 0;
  private wake: () => void = () => {};
  private readonly process: Bun.Subprocess;
  private readonly decoder = new TextDecoder();
  private readonly scanner: SequenceScanner;
  private readonly publicMarks = new PublicMarks();
  /** What the shell has reported, in order. */
  readonly reports: ShellMark[] = [];

  constructor(
    readonly prepared: PreparedShell,
    cwd: string,
  ) {
    const secret = readShellSecret(prepared.directory ?? "/none") ?? "none";
    this.scanner = shellMarkScanner(secret);
    this.process = Bun.spawn(prepared.argv, {
      cwd,
      env: prepared.env,
      terminal: {
        cols: 200,
        rows: 24,
        data: (_terminal, bytes) => {
          this.take(bytes);
          this.wake();
        },
      },
    });
  }

  /** As the daemon does: reports become what terminals get. */
  private take(chunk: Uint8Array): void {
    for (const part of this.scanner.push(chunk)) {
      if (part.kind === "bytes") {
        this.publicMarks.watch(part.bytes);
        this.output += this.decoder.decode(part.bytes, { stream: true });
        continue;
      }
      const mark = shellMarkOf(part);
      if (mark === undefined) continue;
      this.reports.push(mark);
      const facts = () => ({ sessionName: this.sessionName(), directory: undefined });
      this.output += this.publicMarks.replace(mark, facts);
    }
  }

  private sessionName(): string {
    const file = this.prepared.env["TSM_SESSION_FILE"];
    return file !== undefined && existsSync(file) ? readFileSync(file, "utf8").trimEnd() : "";
  }

  type(text: string): void {
    this.process.terminal?.write(text);
  }

  /** Waits until `text` appears behind all that was waited for so far; returns what came up to it. */
  async until(text: string): Promise<string> {
    const timer = setTimeout(() => this.wake(), TIME_LIMIT_MS);
    const end = Date.now() + TIME_LIMIT_MS;
    try {
      for (;;) {
        const at = this.output.indexOf(text, this.seen);
        if (at !== -1) {
          const before = this.output.slice(this.seen, at);
          this.seen = at + text.length;
          return before;
        }
        if (Date.now() >= end) {
          const rest = JSON.stringify(this.output.slice(this.seen));
          throw new Error(`gave up waiting for ${JSON.stringify(text)}; the rest is ${rest}`);
        }
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Types a command and returns what was printed from then up to `text`. */
  command(line: string, text: string): Promise<string> {
    this.type(`${line}\r`);
    return this.until(text);
  }

  get exited(): Promise<number> {
    return this.process.exited;
  }

  async end(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.process.exited;
    this.process.terminal?.close();
  }
}
