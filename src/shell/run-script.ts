import { MARK_BODY } from "../protocol/shell-mark.ts";
import { evaluate, posixFile } from "./posix-script.ts";
import { quoteForFish, quoteForPosix } from "./quote.ts";
import type { RunShell } from "./run-shell.ts";
import { callBuiltin, mark, type ScriptOptions } from "./script-mark.ts";

/** Where the files are that a shell is made to read. */
export interface ScriptPaths {
  /** What the typed line reads. */
  path: string;
  /** What that reads in turn: the text. */
  textPath: string;
}

/** What makes a shell run text. */
export interface RunScript {
  /** Typed, with Enter. Begins with a space, which keeps it out of most histories. */
  line: Uint8Array;
  /** Contents of the file at `ScriptPaths.path`. */
  file: Uint8Array;
  /** Contents of the file at `ScriptPaths.textPath`. */
  textFile: Uint8Array;
}

/**
 * The line to type and the files to write so that a shell runs text: first of all it says that it
 * has begun, last how it ended, in marks for the daemon. The line only names a file, so that
 * nothing in the text meets the shell's line editor, its history or the terminal.
 *
 * The text finds the exit status of the command before, and leaves its own behind. The options and
 * traps of the shell are in force in the text and nowhere else; `\` before a word keeps off aliases.
 */
export function runScript(shell: RunShell, paths: ScriptPaths, options: ScriptOptions): RunScript {
  // From here to the end strings are bytes, one a character.
  const text = bytesToString(options.text);
  const path = bytesToString(Buffer.from(paths.path));
  const textPath = bytesToString(Buffer.from(paths.textPath));
  const interpreter = options.isScript ? interpreterOf(text) : undefined;
  const line = stringToBytes(typedLine(shell, path));
  const quote = shell === "fish" ? quoteForFish : quoteForPosix;
  const read = shell === "bash" || shell === "zsh" ? callBuiltin(shell, ".") : readWord(shell);
  const call =
    interpreter === undefined
      ? `${read} ${quote(textPath)}`
      : [...interpreter, textPath].map(quote).join(" ");
  if (shell === "fish") {
    const file = fishFile(options, call);
    return { line, file: stringToBytes(file), textFile: stringToBytes(`${text}\n`) };
  }
  const file = posixFile(shell, path, options, call);
  const textFile = interpreter === undefined ? evaluate(shell, text, options.nonce) : text;
  return { line, file: stringToBytes(file), textFile: stringToBytes(textFile) };
}

/** Contents of the file at `ScriptPaths.path` that only report the exit status of the last command. */
export function statusFile(shell: RunShell, secret: string, nonce: string): Uint8Array {
  // The shell has just been interrupted, and has nothing of ours: the simplest words have to do.
  const end = mark(shell === "bash" ? "sh" : shell, secret, `${MARK_BODY.runEnded}${nonce};%d;`);
  if (shell === "fish") {
    const lines = ["set -l __tsm_status $status", `${end} $__tsm_status`, ...FISH_STATUS, ""];
    return stringToBytes(lines.join("\n"));
  }
  // In a subshell, so that the status is still there afterwards, and nothing else is. ksh93 has
  // 256 + n after signal n, of which an exit keeps n alone.
  const exit = 'case $1 in 2[5-9]?|3[01]?) \\exit "$(($1 - 128))" ;; *) \\exit "$1" ;; esac';
  return stringToBytes(`( \\set -- "$?"\n${end} "$1"\n${exit} )\n`);
}

function typedLine(shell: RunShell, path: string): string {
  const quote = shell === "fish" ? quoteForFish : quoteForPosix;
  return ` ${readWord(shell)} ${quote(path)}`;
}

/** What reads a file, with nothing of ours in place. */
function readWord(shell: RunShell): string {
  switch (shell) {
    case "fish":
      return "builtin source";
    case "zsh":
      return "\\builtin \\.";
    case "bash":
      return "\\.";
    case "sh":
      return "\\command ."; // the first word keeps a syntax error from ending everything
  }
}

/** In fish before 3.2 a file that is sourced cannot return: a function does, and is gone. */
const FISH_STATUS = [
  "function __tsm_set_status; functions --erase __tsm_set_status; return $argv[1]; end",
  "__tsm_set_status $__tsm_status",
];

function fishFile({ secret, nonce, integration }: ScriptOptions, call: string): string {
  const arm =
    integration === undefined
      ? []
      : [`builtin source ${quoteForFish(bytesToString(Buffer.from(integration)))}`];
  return [
    "set -l __tsm_status $status",
    ...arm,
    "function __tsm_set_status; return $argv[1]; end",
    mark("fish", secret, `${MARK_BODY.runStarted}${nonce}`),
    "__tsm_set_status $__tsm_status",
    call,
    "set -l __tsm_status $status",
    `${mark("fish", secret, `${MARK_BODY.runEnded}${nonce};%d;`)} $__tsm_status`,
    ...FISH_STATUS,
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
