import { basename } from "node:path";

import { SHELL_KINDS, type ShellKind } from "../config/shell-kind.ts";
import { RUN_ENDED_PREFIX, RUN_STARTED, runMarkerPrefix } from "../protocol/run-marker.ts";
import { quoteForFish, quoteForPosix } from "./quote.ts";

/** Shells that text can be run in: those of our own integration, and others that speak POSIX. */
export type RunShell = ShellKind | "sh";

const POSIX_SHELLS = ["sh", "dash", "ash", "ksh", "mksh", "yash", "busybox"];

/** The shell that a session's command is, when it is one that reads commands from its terminal. */
export function runShellOf(argv: readonly string[]): RunShell | undefined {
  const [program = "", ...options] = argv;
  const name = basename(program).replace(/^-/, "");
  const kind = SHELL_KINDS.find((it) => it === name);
  if (kind === undefined && !POSIX_SHELLS.includes(name)) return undefined;
  // `bash -c …` and `bash SCRIPT` read none; the values of these options are not scripts.
  const words = options.filter(
    (_, i) => !/^--?(?:rcfile|init-file|init-command|C)$/.test(options[i - 1] ?? ""),
  );
  const isInteractive = words.every((word) => /^[-+]/.test(word) && !/^-[a-z]*c/.test(word));
  return isInteractive ? (kind ?? "sh") : undefined;
}

/** Where the files are that a shell is made to read. */
export interface ScriptPaths {
  /** What the typed line reads. */
  path: string;
  /** The text itself, for a shell or an interpreter that has to read it from a file. */
  textPath: string;
}

/** What makes a shell run text. All of it is bytes, one a character: a script need not be UTF-8. */
export interface RunScript {
  /** Typed, with Enter. Begins with a blank, which keeps it out of most histories. */
  line: string;
  /** Contents of `ScriptPaths.path`. */
  file: string;
  /** Contents of `ScriptPaths.textPath`; undefined when that file is not needed. */
  textFile: string | undefined;
}

/**
 * The line to type and the files to write so that a shell runs text: first of all it says that it
 * has begun, last how it ended, in markers that carry a nonce. The line only names a file, so that
 * nothing in the text meets the shell's line editor, its history or the terminal.
 *
 * The text finds the exit status of the command before, and leaves its own behind.
 */
export function runScript(
  shell: RunShell,
  files: ScriptPaths,
  run: { text: string; isScript: boolean; nonce: string },
): RunScript {
  const interpreter = run.isScript ? interpreterOf(run.text) : undefined;
  const line = typedLine(shell, files.path);
  if (shell === "fish") {
    const call =
      interpreter === undefined
        ? `builtin source ${quoteForFish(files.textPath)}`
        : [...interpreter, files.textPath].map(quoteForFish).join(" ");
    return { line, file: fishFile(run.nonce, call), textFile: `${run.text}\n` };
  }
  if (interpreter !== undefined) {
    const call = [...interpreter, files.textPath].map(quoteForPosix).join(" ");
    return { line, file: posixFile(shell, run.nonce, call), textFile: run.text };
  }
  // The line feed ends a here-document in the last line.
  const evaluate = `${builtinOf(shell)} eval ${quoteForPosix(`${run.text}\n`)}`;
  // A script may end, and set whatever it likes, without ending the session or changing its shell.
  const call = run.isScript ? `( ${evaluate} )` : evaluate;
  return { line, file: posixFile(shell, run.nonce, call), textFile: undefined };
}

/** Contents of `ScriptPaths.path` that only tell the exit status of the last command. */
export function statusFile(shell: RunShell, nonce: string): string {
  if (shell === "fish") return `${fishMarker(`${RUN_ENDED_PREFIX}%d`, nonce)} $status\n`;
  return `${posixMarker(shell, `${RUN_ENDED_PREFIX}%d`, nonce)} "$?"\n`;
}

function typedLine(shell: RunShell, path: string): string {
  if (shell === "fish") return ` builtin source ${quoteForFish(path)}`;
  return ` ${builtinOf(shell)} . ${quoteForPosix(path)}`;
}

/** Gets past aliases and functions; in `sh` it also keeps a syntax error from ending everything. */
function builtinOf(shell: Exclude<RunShell, "fish">): string {
  return shell === "sh" ? "command" : "builtin";
}

function posixMarker(shell: Exclude<RunShell, "fish">, format: string, nonce: string): string {
  const prefix = runMarkerPrefix(nonce).replace("\x1b", "\\033");
  return `${builtinOf(shell)} printf '${prefix}${format}\\007'`;
}

function posixFile(shell: Exclude<RunShell, "fish">, nonce: string, call: string): string {
  const begin = [
    "__tsm_status=$?",
    '__tsm_set_status() { return "$__tsm_status"; }',
    posixMarker(shell, RUN_STARTED, nonce),
    // Our integration says the end at the next prompt when this file has not come to it.
    ...(shell === "bash" ? [`__tsm_run=${nonce}`] : []),
    // With errexit the failure of the command before would end the shell.
    "case $- in *e*) ;; *) __tsm_set_status ;; esac",
  ];
  const end = [
    "__tsm_status=$?",
    `${posixMarker(shell, `${RUN_ENDED_PREFIX}%d`, nonce)} "$__tsm_status"`,
    "unset -f __tsm_set_status",
    ...(shell === "bash" ? ["unset __tsm_run"] : []),
  ];
  // Zsh leaves a file on a `return` and on Ctrl+C; what stands behind `always` is done even so.
  const lines =
    shell === "zsh" ? [...begin, `{ ${call} } always {`, ...end, "}"] : [...begin, call, ...end];
  return [...lines, "return $__tsm_status", ""].join("\n");
}

function fishMarker(format: string, nonce: string): string {
  const prefix = runMarkerPrefix(nonce).replace("\x1b", "\\e");
  return `builtin printf '${prefix}${format}\\a'`;
}

function fishFile(nonce: string, call: string): string {
  return [
    "set -l __tsm_status $status",
    "function __tsm_set_status; return $argv[1]; end",
    fishMarker(RUN_STARTED, nonce),
    `set -g __tsm_run ${nonce}`,
    "__tsm_set_status $__tsm_status",
    call,
    "set -l __tsm_status $status",
    `${fishMarker(`${RUN_ENDED_PREFIX}%d`, nonce)} $__tsm_status`,
    "functions --erase __tsm_set_status",
    "set -e __tsm_run",
    "return $__tsm_status",
    "",
  ].join("\n");
}

/** Program and argument that a script's first line names, split as the kernel does: execve(2). */
function interpreterOf(script: string): string[] | undefined {
  const words = /^#![ \t]*([^ \t\n]+)[ \t]*([^\n]*?)[ \t]*(?:\n|$)/.exec(script);
  if (words === null) return undefined;
  const [, program = "", argument = ""] = words;
  return argument === "" ? [program] : [program, argument];
}
