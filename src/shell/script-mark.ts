import { shellMarkPrefix } from "../protocol/shell-mark.ts";
import type { RunShell } from "./run-shell.ts";

export type PosixShell = Exclude<RunShell, "fish">;

export interface ScriptOptions {
  /** The text as bytes, as it may not be UTF-8. */
  text: Uint8Array;
  isScript: boolean;
  /** The session's secret, which the marks carry. */
  secret: string;
  /** The nonce of this run. */
  nonce: string;
  /** Path of the integration, for a shell that has lost it; undefined for one that has not. */
  integration: string | undefined;
}

/**
 * The words that call a builtin. In bash and zsh a function may replace any builtin: the beginning
 * of a file finds out which call bypasses functions. In sh the builtins that are needed are special
 * ones, which no function can replace; a `\` before a word prevents alias expansion.
 */
export function callBuiltin(shell: PosixShell, words: string): string {
  return shell === "sh" ? `\\${words}` : `"$__run_call" ${words}`;
}

/**
 * A command that writes a mark directly to the terminal, as the shell's output may be redirected.
 * `command -p` bypasses functions and a disabled builtin; in zsh it only runs programs.
 */
export function mark(shell: RunShell, secret: string, format: string): string {
  const sequence = `${shellMarkPrefix(secret)}${format}`;
  if (shell === "fish") return `builtin printf '${sequence.replace("\x1b", "\\e")}\\a' >/dev/tty`;
  const words = `printf '${sequence.replace("\x1b", "\\033")}\\007'`;
  switch (shell) {
    case "zsh":
      return `${callBuiltin(shell, words)} >/dev/tty`;
    case "bash":
      return words.replace("printf", "__run_write");
    case "sh":
      return `\\command -p ${words} >/dev/tty`;
  }
}
