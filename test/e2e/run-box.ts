import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { Sandbox, type CommandResult, type Variables } from "./sandbox.ts";

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
