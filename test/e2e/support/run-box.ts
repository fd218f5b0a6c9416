import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { Sandbox, until, type CommandResult, type Variables } from "./sandbox.ts";

export const RUN_SHELLS = ["bash", "zsh", "fish", "sh"] as const;
export type RunShellName = (typeof RUN_SHELLS)[number];

/** A sandbox whose sessions run one shell, set up as a user who has no set-up of their own. */
export class RunBox extends Sandbox {
  readonly shell: RunShellName;

  constructor(shell: RunShellName) {
    super();
    this.shell = shell;
    writeFileSync(join(this.home, ".zshrc"), "");
    mkdirSync(join(this.home, ".local/share/fish/generated_completions"), { recursive: true });
  }

  override env(extra: Variables = {}): Record<string, string> {
    return super.env({ SHELL: Bun.which(this.shell) ?? "/bin/sh", ...extra });
  }

  /** Runs words in a session as `tsm run` does. */
  runIn(session: string, ...words: string[]): Promise<CommandResult> {
    return this.run(["run", session, "--", ...words]);
  }

  /** Creates a session and waits for its shell's first prompt. */
  async openPrompt(session: string): Promise<void> {
    await this.ok("new", session);
    await this.shows(session, this.shell === "sh" ? "$" : `[tsm:${session}]`);
  }

  /** Types a line into a session as `tsm send` does. */
  async typeLine(session: string, line: string): Promise<void> {
    await this.ok("send", session, "--enter", "--", line);
  }

  /** Waits until a session's screen has the text. */
  async shows(session: string, text: string): Promise<void> {
    let screen = "";
    await until(
      async () => (screen = await this.ok("screen", session)).includes(text),
      `${text} on the screen of ${session}`,
    ).catch((error: Error) => {
      throw new Error(`${error.message}; it has ${JSON.stringify(screen)}`);
    });
  }

  /** Waits until a program of this name runs in the sandbox. */
  async isOn(program: string): Promise<void> {
    await until(() => this.processes().some((pid) => nameOf(pid) === program), `${program} to run`);
  }

  /**
   * Waits until a command of tsm has asked all that it has to ask and sleeps: nothing has woken it
   * while others got answers from every daemon.
   */
  async settles(command: { readonly pid: number }): Promise<void> {
    await until(async () => {
      const before = switchesOf(command.pid);
      for (let round = 0; round < 2; round++) await this.ok("ls");
      return hasConnection(command.pid) && switchesOf(command.pid) === before;
    }, "a command to have nothing to do");
  }

  /** A file with contents, in the sandbox. */
  file(name: string, contents: string | Uint8Array): string {
    const path = join(this.root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
    return path;
  }

  /** A script in the sandbox that can be run. */
  program(name: string, contents: string): string {
    const path = this.file(name, contents);
    chmodSync(path, 0o755);
    return path;
  }
}

export function isInstalled(shell: RunShellName): boolean {
  return Bun.which(shell) !== null;
}

/** Shell text, as words of `sh`, that goes on until the file is there. */
export function untilFile(name: string, then = "true"): string[] {
  return ["sh", "-c", `until [ -e ${name} ]; do sleep 0.01; done; ${then}`];
}

/** The same, which prints `begun` first; the file is `go`. */
export function begin(then = "true"): string[] {
  return ["sh", "-c", `echo begun; until [ -e go ]; do sleep 0.01; done; ${then}`];
}

/** How often a process has gone to sleep, and has been stopped: proc_pid_status(5). */
function switchesOf(pid: number): string {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return status.slice(status.indexOf("voluntary_ctxt_switches"));
}

/** Whether a process has a socket beside its standard input and output. */
function hasConnection(pid: number): boolean {
  const files = readdirSync(`/proc/${pid}/fd`).filter((fd) => Number(fd) > 2);
  return files.some((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith("socket:");
    } catch {
      return false; // closed meanwhile
    }
  });
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trimEnd();
  } catch {
    return ""; // it has ended
  }
}
