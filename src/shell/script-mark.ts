import { shellMarkPrefix } from "../protocol/shell-mark.ts";
import type { RunShell } from "./run-shell.ts";

export type PosixShell = Exclude<RunShell, "fish">;

export interface ScriptOptions {
  /** As bytes: it need not be UTF-8. */
  text: Uint8Array;
  isScript: boolean;
  /** Of the session: the marks carry it. */
  secret: string;
  /** Of this run. */
  nonce: string;
  /** Path of the integration, for a shell that has lost it; undefined for one that has not. */
  integration: string | undefined;
}

/**
 * How a builtin is called. In bash and zsh functions may stand in the place of each: the beginning of
 * a file finds out what gets past them. Elsewhere those that are needed are special, and never a
 * function; `\` before a word keeps off aliases.
 */
export function callBuiltin(shell: PosixShell, words: string): string {
  return shell === "sh" ? `\\${words}` : `"$__run_call" ${words}`;
}

/**
 * A command that writes a mark to the terminal itself: the shell's output may have been sent
 * elsewhere. `command -p` gets past functions, and past a builtin that is turned off; in zsh it is
 * for programs alone.
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
