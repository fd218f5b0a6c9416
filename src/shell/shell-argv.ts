import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import type { Environment } from "../base/environment.ts";
import { quoteForFish } from "./quote.ts";
import { readShellSecret } from "./shell-files.ts";
import { shellKind, type ShellKind } from "./shell-kind.ts";

/** What a shell reads first of all. */
export const START_NAMES: Readonly<Record<ShellKind, string | undefined>> = {
  bash: "start.bash",
  // Zsh looks for this name, in the directory that ZDOTDIR names.
  zsh: ".zshenv",
  fish: undefined,
};

/** What it reads then, and whenever its integration is to be put in its place once more. */
export const INTEGRATION_NAMES: Readonly<Record<ShellKind, string>> = {
  bash: "integration.bash",
  zsh: "integration.zsh",
  fish: "integration.fish",
};

/** Files that were prepared for one shell, and the secret that its reports carry. */
export interface ShellFiles {
  /** Path of the integration. */
  integration: string;
  secret: string;
}

export interface ShellCommand {
  argv: string[];
  /** What people should be shown for it. */
  title: string;
  /** Undefined without integration. */
  files: ShellFiles | undefined;
}

/**
 * The user's shell as a login shell: with its integration where `TSM_SESSION_FILE` says that one
 * has been prepared beside it, else plainly.
 */
export function shellArgv(env: Environment): ShellCommand {
  const shell = env["SHELL"] || "/bin/sh";
  const title = plainArgv(shell).join(" ");
  const kind = shellKind(shell);
  const nameFile = env["TSM_SESSION_FILE"];
  const plain = { argv: plainArgv(shell), title, files: undefined };
  if (kind === undefined || !nameFile) return plain;
  const directory = dirname(nameFile);
  const integration = join(directory, INTEGRATION_NAMES[kind]);
  const secret = readShellSecret(directory);
  if (secret === undefined || !existsSync(integration)) return plain;
  const argv = integratedArgv(kind, shell, directory);
  return { argv, title, files: { integration, secret } };
}

/** Shells that know no login shells, and end when they are asked to be one. */
const WITHOUT_LOGIN = ["elvish"];

/** The shell with nothing of tsm's, as a login shell if it can be one. */
export function plainArgv(shell: string): string[] {
  return WITHOUT_LOGIN.includes(basename(shell)) ? [shell] : [shell, "-l"];
}

/** The bash that comes with macOS ignores ENV. */
const HEEDS_NO_ENV = process.platform === "darwin" ? "/bin/bash" : undefined;

function integratedArgv(kind: ShellKind, shell: string, directory: string): string[] {
  switch (kind) {
    case "bash":
      // A login shell reads no file that it is told to, but in posix mode, which that file ends.
      return shell === HEEDS_NO_ENV
        ? [shell, "--rcfile", join(directory, "start.bash"), "-i"]
        : [shell, "--posix", "-l", "-i"];
    case "zsh":
      return [shell, "-l"];
    case "fish":
      return [
        shell,
        "-l",
        "--init-command",
        `builtin source ${quoteForFish(join(directory, INTEGRATION_NAMES.fish))}`,
      ];
  }
}
