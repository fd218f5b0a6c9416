// Consumers compile these sources without our list of files, so the declaration has to be named.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./texts.d.ts" />

import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { TsmError, describeError } from "../base/errors.ts";
import { controlKeyByte } from "../input/key-names.ts";
import type { Settings } from "../config/settings.ts";
import { BASH_ENV_FILE, cleanEnvironment, ORIGINAL_PREFIX } from "./clean-environment.ts";
import type { Environment } from "../base/environment.ts";
import bashText from "./integration.bash" with { type: "text" };
import fishText from "./integration.fish" with { type: "text" };
import zshText from "./integration.zsh" with { type: "text" };
import { quoteForFish, quoteForPosix } from "./quote.ts";
import { INTEGRATION_NAMES, START_NAMES, plainArgv, shellArgv } from "./shell-argv.ts";
import startBashText from "./start.bash" with { type: "text" };
import startZshText from "./start.zsh" with { type: "text" };
import { NAME_FILE, SECRET_FILE, makeShellDirectory, writeShellFile } from "./shell-files.ts";
import { shellKind } from "./shell-kind.ts";
import type { ShellKind } from "./shell-kind.ts";

export interface ShellOptions {
  /** Path of the shell's program. */
  shell: string;
  sessionName: string;
  socketDir: string;
  /** The caller's environment as it comes; see `cleanEnvironment`. */
  env: Environment;
  /** Absolute path of tsm, for the shortcuts. */
  executable: string;
  /** Whether the prompt begins with the session's name. */
  prompt: boolean;
  shortcuts: Settings["shell"]["shortcuts"];
}

export interface PreparedShell {
  argv: string[];
  env: Record<string, string>;
  /** Where the start-up files are; `removeShellFiles` removes them. Undefined without integration. */
  directory: string | undefined;
  /** Why a shell that could have integration starts without, for the log. */
  failure: TsmError | undefined;
}

/**
 * Command and environment of a session's shell: a login shell with the user's own start-up files,
 * then the session's mark, marks for the terminal and shortcuts. Never fails: where the files cannot
 * be written, and for any other shell, it is a plain login shell.
 */
export function prepareShell(options: ShellOptions): PreparedShell {
  const { shell, sessionName, socketDir } = options;
  const env = cleanEnvironment(options.env, sessionName);
  const plain = { argv: plainArgv(shell), env, directory: undefined, failure: undefined };
  const kind = shellKind(shell);
  if (kind === undefined) return plain;
  let directory: string | undefined;
  try {
    directory = makeShellDirectory(socketDir, kind, sessionName);
    const secret = randomBytes(8).toString("hex");
    for (const [name, text] of Object.entries(filesOf(kind, directory, secret, options))) {
      writeShellFile(directory, name, text);
    }
    const integrated = integratedEnvironment(kind, directory, env);
    const { argv } = shellArgv({ ...integrated, SHELL: shell });
    return { argv, env: integrated, directory, failure: undefined };
  } catch (error) {
    if (directory !== undefined) removeRemains(directory);
    const message = `Cannot write the start-up files of ${kind}: ${describeError(error)}.`;
    return { ...plain, failure: new TsmError("io", message, { cause: error }) };
  }
}

const INTEGRATION_TEXTS: Readonly<Record<ShellKind, string>> = {
  bash: bashText,
  zsh: zshText,
  fish: fishText,
};

/** Read first, to have everything else read; fish gets it on its command line. */
const START_TEXTS: Readonly<Record<ShellKind, string | undefined>> = {
  bash: startBashText,
  zsh: startZshText,
  fish: undefined,
};

/** Points the shell at its start-up file; `shellArgv` makes its command of that. */
function integratedEnvironment(
  kind: ShellKind,
  directory: string,
  cleanEnv: Record<string, string>,
): Record<string, string> {
  const env = { ...cleanEnv, TSM_SESSION_FILE: join(directory, NAME_FILE) };
  const redirection = {
    bash: ["ENV", BASH_ENV_FILE],
    zsh: ["ZDOTDIR", directory],
    fish: undefined,
  };
  const [variable, value] = redirection[kind] ?? [];
  if (variable === undefined || value === undefined) return env;
  const original = cleanEnv[variable];
  return {
    ...env,
    [variable]: value,
    ...(original === undefined ? {} : { [ORIGINAL_PREFIX + variable]: original }),
  };
}

function removeRemains(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    // The shell starts all the same, and removing the session's files tries once more.
  }
}

/** The files of a shell's directory: values, followed by the texts from the source. */
function filesOf(
  kind: ShellKind,
  directory: string,
  secret: string,
  options: ShellOptions,
): Record<string, string> {
  const { executable, prompt, shortcuts } = options;
  const values: Record<string, string> = {
    secret,
    file: join(directory, NAME_FILE),
    executable,
    shows_mark: prompt ? "1" : "",
    key_full: keySequence(kind, shortcuts.full),
    key_palette: keySequence(kind, shortcuts.palette),
    key_toggle: keySequence(kind, shortcuts.toggle),
  };
  const files: Record<string, string> = {
    [SECRET_FILE]: `${secret}\n`,
    [INTEGRATION_NAMES[kind]]:
      `${assignments(kind, { directory, ...values })}\n${INTEGRATION_TEXTS[kind]}`,
  };
  const name = START_NAMES[kind];
  const text = START_TEXTS[kind];
  if (name !== undefined && text !== undefined) {
    files[name] = `${assignments(kind, { directory })}\n${text}`;
  }
  return files;
}

function assignments(kind: ShellKind, values: Record<string, string>): string {
  const assign = (name: string, value: string): string =>
    kind === "fish"
      ? `set -g __tsm_${name} ${quoteForFish(value)}\n`
      : `__tsm_${name}=${quoteForPosix(value)}\n`;
  return Object.entries(values)
    .map(([name, value]) => assign(name, value))
    .join("");
}

/** The key as the shell's command for bindings takes it; empty for no key. */
function keySequence(kind: ShellKind, key: string): string {
  const byte = controlKeyByte(key);
  if (byte === undefined) return "";
  // Readline reads octal numbers, zsh a caret, and fish takes the byte itself.
  if (kind === "bash") return `\\${byte.toString(8).padStart(3, "0")}`;
  return kind === "zsh" ? `^${String.fromCharCode(byte + 64)}` : String.fromCharCode(byte);
}
