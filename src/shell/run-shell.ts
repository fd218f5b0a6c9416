import { basename } from "node:path";

import { SHELL_KINDS, type ShellKind } from "./shell-kind.ts";

/** Shells that text can be run in: those of our own integration, and others that speak POSIX. */
export type RunShell = ShellKind | "sh";

const POSIX_SHELLS = ["sh", "dash", "ash", "ksh", "ksh93", "mksh", "yash"];
/** Options whose value is the next word. */
const WITH_VALUE = /^(?:--?(?:rcfile|init-file|init-command|C)|[-+][oO])$/;

/** The shell that a command line is, when it is one that reads commands from its terminal. */
export function runShellOf(argv: readonly string[]): RunShell | undefined {
  const [program = "", ...options] = argv;
  const name = basename(program).replace(/^-/, "");
  if (name === "busybox") return runShellOf(options);
  const kind = SHELL_KINDS.find((it) => it === name);
  if (kind === undefined && !POSIX_SHELLS.includes(name)) return undefined;
  // `bash -c …` and `bash SCRIPT` read none.
  const words = options.filter((_, i) => !WITH_VALUE.test(options[i - 1] ?? ""));
  const isInteractive = words.every((word) => /^[-+]/.test(word) && !/^-[a-z]*c/.test(word));
  return isInteractive ? (kind ?? "sh") : undefined;
}
