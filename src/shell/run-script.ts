import { RUN_ENDED_PREFIX, RUN_STARTED, runMarkerPrefix } from "../protocol/run-marker.ts";
import { quoteForFish, quoteForPosix } from "./quote.ts";
import type { RunShell } from "./run-shell.ts";

type PosixShell = Exclude<RunShell, "fish">;

/** Where the files are that a shell is made to read. */
export interface ScriptPaths {
  /** What the typed line reads. */
  path: string;
  /** What that reads in turn: the text. */
  textPath: string;
}

/** What makes a shell run text. */
export interface RunScript {
  /** Typed, with Enter. Begins with a blank, which keeps it out of most histories. */
  line: Uint8Array;
  /** Contents of the file at `ScriptPaths.path`. */
  file: Uint8Array;
  /** Contents of the file at `ScriptPaths.textPath`. */
  textFile: Uint8Array;
}

/**
 * The line to type and the files to write so that a shell runs text: first of all it says that it
 * has begun, last how it ended, in markers that carry a nonce. The line only names a file, so that
 * nothing in the text meets the shell's line editor, its history or the terminal.
 *
 * The text finds the exit status of the command before, and leaves its own behind.
 *
 * @param run.text as bytes: it need not be UTF-8.
 */
export function runScript(
  shell: RunShell,
  paths: ScriptPaths,
  run: { text: Uint8Array; isScript: boolean; nonce: string },
): RunScript {
  // From here to the end strings are bytes, one a character.
  const text = bytesToString(run.text);
  const path = bytesToString(Buffer.from(paths.path));
  const textPath = bytesToString(Buffer.from(paths.textPath));
  const interpreter = run.isScript ? interpreterOf(text) : undefined;
  const line = stringToBytes(typedLine(shell, path));
  if (shell === "fish") {
    const call =
      interpreter === undefined
        ? `builtin source ${quoteForFish(textPath)}`
        : [...interpreter, textPath].map(quoteForFish).join(" ");
    const file = fishFile(run.nonce, call);
    return { line, file: stringToBytes(file), textFile: stringToBytes(`${text}\n`) };
  }
  const call =
    interpreter === undefined
      ? `${builtinOf(shell)} . ${quoteForPosix(textPath)}`
      : [...interpreter, textPath].map(quoteForPosix).join(" ");
  // A script may end, and set whatever it likes, without ending the session or changing its shell.
  const file = posixFile(shell, run.nonce, run.isScript ? `( ${call} )` : call);
  const textFile = interpreter === undefined ? evaluate(shell, text) : text;
  return { line, file: stringToBytes(file), textFile: stringToBytes(textFile) };
}

/**
 * Evaluated, the text's messages do not name our file. The line feeds keep its first word from being
 * taken for an option, and end a here-document in its last line.
 */
function evaluate(shell: PosixShell, text: string): string {
  return `${builtinOf(shell)} eval "$__tsm_trace"${quoteForPosix(`\n${text}\n`)}\n`;
}

/** Contents of the file at `ScriptPaths.path` that only tell the exit status of the last command. */
export function statusFile(shell: RunShell, nonce: string): Uint8Array {
  const marker = endMarker(shell, nonce);
  return stringToBytes(`${marker} ${shell === "fish" ? "$status" : '"$?"'}\n`);
}

function typedLine(shell: RunShell, path: string): string {
  if (shell === "fish") return ` builtin source ${quoteForFish(path)}`;
  return ` ${builtinOf(shell)} . ${quoteForPosix(path)}`;
}

/** Gets past aliases and functions; in `sh` it also keeps a syntax error from ending everything. */
function builtinOf(shell: PosixShell): string {
  return shell === "sh" ? "command" : "builtin";
}

/** Written to the terminal itself: the shell's output may have been sent elsewhere. */
function marker(shell: RunShell, format: string, nonce: string): string {
  const sequence = `${runMarkerPrefix(nonce)}${format}`;
  if (shell === "fish") return `builtin printf '${sequence.replace("\x1b", "\\e")}\\a' >/dev/tty`;
  const text = `${sequence.replace("\x1b", "\\033")}\\007`;
  return `${builtinOf(shell)} printf '${text}' >/dev/tty`;
}

function endMarker(shell: RunShell, nonce: string): string {
  return marker(shell, `${RUN_ENDED_PREFIX}%d`, nonce);
}

/**
 * Keeps an exit status, and turns tracing off so that none of our lines is traced; what was on is
 * kept in `__tsm_trace`. The trace of these lines themselves goes nowhere.
 */
const BEGIN_QUIETLY = [
  "{ __tsm_status=$?",
  "__tsm_trace=",
  'case $- in *x*) __tsm_trace="set -x;" ;; esac',
  'case $- in *v*) __tsm_trace="$__tsm_trace set -v;" ;; esac',
  "set +xv",
  "} 2>/dev/null",
];

function posixFile(shell: PosixShell, nonce: string, call: string): string {
  const builtin = builtinOf(shell);
  // In a condition no failure ends the shell (errexit), or is trapped (ERR).
  const run = ["if __tsm_set_status", `then ${call}`, `else ${call}`, "fi"];
  const end = [
    ...BEGIN_QUIETLY,
    `${endMarker(shell, nonce)} "$__tsm_status"`,
    "unset -f __tsm_set_status",
    ...(shell === "bash" ? ["unset -v __tsm_run_nonce"] : []),
    `${builtin} eval "$__tsm_trace"`,
  ];
  return [
    ...BEGIN_QUIETLY,
    `__tsm_set_status() {`,
    `${builtin} return "$__tsm_status"`,
    "}",
    marker(shell, RUN_STARTED, nonce),
    // Our integration says the end at the next prompt when this file has not come to it.
    ...(shell === "bash" ? [`__tsm_run_nonce=${nonce}`] : []),
    // Zsh leaves a file on Ctrl+C; what stands behind `always` is done even so.
    ...(shell === "zsh" ? ["{", ...run, "} always {", ...end, "}"] : [...run, ...end]),
    `${builtin} return "$__tsm_status"`,
    "",
  ].join("\n");
}

function fishFile(nonce: string, call: string): string {
  return [
    "set -l __tsm_status $status",
    "function __tsm_set_status; return $argv[1]; end",
    marker("fish", RUN_STARTED, nonce),
    `set -g __tsm_run_nonce ${nonce}`,
    "__tsm_set_status $__tsm_status",
    call,
    "set -l __tsm_status $status",
    `${endMarker("fish", nonce)} $__tsm_status`,
    "functions --erase __tsm_set_status",
    "set -e __tsm_run_nonce",
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

function bytesToString(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function stringToBytes(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
