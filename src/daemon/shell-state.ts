import { basename } from "node:path";

import type { Pty } from "../pty/pty.ts";
import { argvOf, filesReadBy, isWaitingForInput, programOf } from "../pty/waiting-process.ts";
import { quoteName } from "../sessions/names.ts";
import { runShellOf, type RunShell } from "../shell/run-shell.ts";
import type { ShellMarks } from "../terminal/prompt-marks.ts";
import type { Typing } from "./typing.ts";

/** Whether a shell takes a command; reasons are words behind the session's name and a colon. */
export type ShellState =
  /** At its prompt, or in a command that reads keys as a prompt does. */
  | AtPrompt
  /** It is on its way to its prompt, as far as can be seen. */
  | { kind: "soon" }
  /** Something else is going on. */
  | { kind: "busy"; reason: string }
  /** It is no shell, and was none from the beginning. */
  | { kind: "none"; reason: string };

export interface AtPrompt {
  kind: "prompt";
  shell: RunShell;
  /** Its command line: with `exec` it may have become another shell. */
  program: string;
  /** It has certainly left the file that it was made to read. */
  isBack: boolean;
  /** Why nothing can be typed there; undefined when the line is empty. */
  problem: string | undefined;
}

export interface ShellView {
  /** What the session was started with. */
  argv: readonly string[];
  pty: Pick<Pty, "pid" | "foregroundGroup" | "lineModes">;
  /** What the marks of our integration tell, all output up to now taken in; undefined without it. */
  marks(): ShellMarks | undefined;
  /** Whether there is such an integration. */
  hasMarks: boolean;
  typing: Typing;
  /** Whether the cursor's row is what it was before something was typed. */
  hasSamePrompt(): boolean;
  /** It has been started just now, and nothing has been typed: it may still read its own files. */
  isYoung: boolean;
  /** The file that a run command makes it read. */
  runPath: string;
}

const SOON: ShellState = { kind: "soon" };

/**
 * Looks where a session's shell is. Nothing is taken for a prompt because it looks like one: the
 * kernel tells who has the terminal, in what mode it is, and whether the shell waits for input there;
 * the marks of our integration tell the rest, or else what has been typed.
 */
export function shellState(view: ShellView): ShellState {
  const { argv, pty, runPath } = view;
  // With `exec` it may have become another shell, or no shell at all.
  const present = argvOf(pty.pid) ?? argv;
  const isFirst = present.length === argv.length && present.every((word, i) => word === argv[i]);
  const shell = runShellOf(present);
  if (shell === undefined) {
    const program = quoteName(basename(present[0] ?? ""));
    const reason = `it runs ${program}, which is no shell that takes commands`;
    return { kind: isFirst ? "none" : "busy", reason };
  }
  const marks = isFirst ? view.marks() : undefined;
  const group = pty.foregroundGroup();
  if (group !== pty.pid) {
    // A prompt may run programs before it is shown.
    if (marks !== undefined && !marks.isRunning && !marks.isPromptShown) return SOON;
    const program = group === undefined ? undefined : programOf(group);
    const what = program === undefined ? "a program" : quoteName(program);
    return { kind: "busy", reason: `its shell runs ${what}` };
  }
  if (isWaitingForInput(pty.pid) === false) return SOON;
  // A plain shell reads a file as it goes, and closes it when it is back at its prompt.
  const files = shell === "sh" ? filesReadBy(pty.pid) : undefined;
  const isReading = files?.includes(runPath);
  const isStarting = view.isYoung && files !== undefined && files.length > 0;
  if (isReading === true || isStarting) return SOON;
  // Line editors take the terminal out of its line mode; what reads lines here is no prompt.
  if (shell !== "sh" && pty.lineModes()?.isCanonical === true) return SOON;
  // Without any mark yet it still reads its start-up files, which may ask for keys.
  if (isFirst && view.hasMarks && marks === undefined) return SOON;
  if (marks?.isRunning === true) return SOON;
  const problem = problemWithLine(view, marks);
  return {
    kind: "prompt",
    shell,
    program: present.join("\0"),
    isBack: isReading === false,
    problem,
  };
}

/** Why something may stand at the prompt; undefined when nothing does. */
function problemWithLine(
  { typing, hasSamePrompt }: ShellView,
  marks: ShellMarks | undefined,
): string | undefined {
  if (!typing.hasTyped) return undefined;
  if (marks?.isPromptShown === true) {
    return marks.isLineEmpty ? undefined : "its shell has something typed at its prompt";
  }
  // Whatever stood there, an interrupt has cancelled it. Otherwise it may be half a line, a command
  // that reads, or one that goes on in the next line, unless the prompt is back.
  if (typing.endsWithInterrupt || hasSamePrompt()) return undefined;
  return "its shell may have something typed at its prompt, which Ctrl+C there would cancel";
}
