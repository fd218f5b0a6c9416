import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { quoteForFish } from "./quote.ts";
import { shellKind, type ShellKind } from "../config/shell-kind.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What the start-up file of each shell is called. */
export const SCRIPT_NAMES: Readonly<Record<ShellKind, string>> = {
  bash: "bashrc",
  // Zsh looks for this name, in the directory that ZDOTDIR names.
  zsh: ".zshenv",
  fish: "config.fish",
};

export interface ShellCommand {
  argv: string[];
  /** What people should be shown for it. */
  title: string;
  /** Whether our start-up file comes behind the user's own. */
  isIntegrated: boolean;
}

/**
 * The user's shell as a login shell: with its start-up file where `TSM_SESSION_FILE` says that one
 * has been prepared beside it, else plainly.
 */
export function shellArgv(env: Environment): ShellCommand {
  const shell = env["SHELL"] || "/bin/sh";
  const title = `${shell} -l`;
  const kind = shellKind(shell);
  const nameFile = env["TSM_SESSION_FILE"];
  const plain = { argv: [shell, "-l"], title, isIntegrated: false };
  if (kind === undefined || !nameFile) return plain;
  const script = join(dirname(nameFile), SCRIPT_NAMES[kind]);
  if (!existsSync(script)) return plain;
  return { argv: integratedArgv(kind, shell, script), title, isIntegrated: true };
}

function integratedArgv(kind: ShellKind, shell: string, script: string): string[] {
  switch (kind) {
    case "bash":
      // A login shell would not read this file; it runs the files of one itself.
      return [shell, "--rcfile", script, "-i"];
    case "zsh":
      return [shell, "-l"];
    case "fish":
      return [shell, "-l", "--init-command", `source ${quoteForFish(script)}`];
  }
}
