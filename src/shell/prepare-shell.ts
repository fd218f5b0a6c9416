import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TsmError, describeError } from "../base/errors.ts";
import { controlKeyByte } from "../config/keys.ts";
import type { Settings } from "../config/settings.ts";
import { cleanEnvironment } from "./clean-environment.ts";
import type { Environment } from "./clean-environment.ts";
import bashText from "./integration.bash" with { type: "text" };
import fishText from "./integration.fish" with { type: "text" };
import zshText from "./integration.zsh" with { type: "text" };
import { quoteForFish, quoteForPosix } from "./quote.ts";
import { SCRIPT_NAMES, shellArgv } from "./shell-argv.ts";
import { NAME_FILE, makeShellDirectory } from "../config/shell-files.ts";
import { shellKind } from "../config/shell-kind.ts";
import type { ShellKind } from "../config/shell-kind.ts";

export interface ShellOptions {
  /** Path of the shell's program. */
  shell: string;
  sessionName: string;
  socketDir: string;
  /** The caller's environment as it comes; see `cleanEnvironment`. */
  env: Environment;
  /** Absolute path of tsm, for the shortcuts. */
  executable: string;
  /** Whether the session's name stands before the prompt. */
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
  const plain = { argv: [shell, "-l"], env, directory: undefined, failure: undefined };
  const kind = shellKind(shell);
  if (kind === undefined) return plain;
  let directory: string | undefined;
  try {
    directory = makeShellDirectory(socketDir, kind, sessionName);
    const script = join(directory, SCRIPT_NAMES[kind]);
    writeFileSync(script, scriptText(kind, directory, options), { mode: 0o600 });
    const integrated = integratedEnvironment(kind, directory, env);
    const { argv } = shellArgv({ ...integrated, SHELL: shell });
    return { argv, env: integrated, directory, failure: undefined };
  } catch (error) {
    if (directory !== undefined) removeRemains(directory);
    const message = `Cannot write the start-up files of ${kind}: ${describeError(error)}.`;
    return { ...plain, failure: new TsmError("io", message, { cause: error }) };
  }
}

const SCRIPT_TEXTS: Readonly<Record<ShellKind, string>> = {
  bash: bashText,
  zsh: zshText,
  fish: fishText,
};

/** Points the shell at its start-up file; `shellArgv` makes its command of that. */
function integratedEnvironment(
  kind: ShellKind,
  directory: string,
  cleanEnv: Record<string, string>,
): Record<string, string> {
  const env = { ...cleanEnv, TSM_SESSION_FILE: join(directory, NAME_FILE) };
  if (kind !== "zsh") return env;
  const original = cleanEnv["ZDOTDIR"];
  const redirected = { ...env, ZDOTDIR: directory };
  return original === undefined ? redirected : { ...redirected, TSM_ORIG_ZDOTDIR: original };
}

function removeRemains(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    // The shell starts all the same, and removing the session's files tries once more.
  }
}

/** The script as it stands in the source, below the values that it works with. */
function scriptText(kind: ShellKind, directory: string, options: ShellOptions): string {
  const { executable, prompt, sessionName, shortcuts } = options;
  const values: Record<string, string> = {
    file: join(directory, NAME_FILE),
    name: sessionName,
    executable,
    shows_mark: prompt ? "1" : "",
    key_full: keySequence(kind, shortcuts.full),
    key_palette: keySequence(kind, shortcuts.palette),
    key_toggle: keySequence(kind, shortcuts.toggle),
  };
  const assign = (name: string, value: string): string =>
    kind === "fish"
      ? `set -g __tsm_${name} ${quoteForFish(value)}\n`
      : `__tsm_${name}=${quoteForPosix(value)}\n`;
  const header = Object.entries(values).map(([name, value]) => assign(name, value));
  return `${header.join("")}\n${SCRIPT_TEXTS[kind]}`;
}

/** The key as the shell's command for bindings takes it; empty for no key. */
function keySequence(kind: ShellKind, key: string): string {
  const byte = controlKeyByte(key);
  if (byte === undefined) return "";
  // Readline reads octal numbers, zsh a caret, and fish takes the byte itself.
  if (kind === "bash") return `\\${byte.toString(8).padStart(3, "0")}`;
  return kind === "zsh" ? `^${String.fromCharCode(byte + 64)}` : String.fromCharCode(byte);
}
