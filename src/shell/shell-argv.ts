import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import type { Environment } from "../base/environment.ts";
import { quoteForFish } from "./quote.ts";
import { readShellSecret } from "./shell-files.ts";
import { shellKind, type ShellKind } from "./shell-kind.ts";

/** Names of the files that each shell reads first. */
export const START_NAMES: Readonly<Record<ShellKind, string | undefined>> = {
  bash: "start.bash",
  // Zsh looks for this name, in the directory that ZDOTDIR names.
  zsh: ".zshenv",
  fish: undefined,
};

/** Names of the files read next, and again whenever the integration has to be restored. */
export const INTEGRATION_NAMES: Readonly<Record<ShellKind, string>> = {
  bash: "integration.bash",
  zsh: "integration.zsh",
  fish: "integration.fish",
};

/** The integration file prepared for one shell, and the secret that the shell's reports carry. */
export interface ShellFiles {
  /** Path of the integration. */
  integration: string;
  secret: string;
}

export interface ShellCommand {
  argv: string[];
  /** The command line to show to users. */
  title: string;
  /** Undefined without integration. */
  files: ShellFiles | undefined;
}

/**
 * The command that starts the user's shell as a login shell: with its integration if one has been
 * prepared in the directory of `TSM_SESSION_FILE`, else without.
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

/** Shells that have no login mode, and exit when started with `-l`. */
const WITHOUT_LOGIN = ["elvish"];

/** The shell's command line without integration, as a login shell if the shell has that mode. */
export function plainArgv(shell: string): string[] {
  return WITHOUT_LOGIN.includes(basename(shell)) ? [shell] : [shell, "-l"];
}

/** Path of the bash that comes with macOS, which ignores ENV. */
const HEEDS_NO_ENV = process.platform === "darwin" ? "/bin/bash" : undefined;

function integratedArgv(kind: ShellKind, shell: string, directory: string): string[] {
  switch (kind) {
    case "bash":
      // A login shell reads a file of our choice only in posix mode, which that file turns off.
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
