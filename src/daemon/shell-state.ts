import { basename } from "node:path";

import type { Pty } from "../pty/pty.ts";
import { argvOf, hasFileOpen, isWaitingForInput, programOf } from "../pty/waiting-process.ts";
import { quoteName } from "../sessions/names.ts";
import { runShellOf, type RunShell } from "../shell/run-script.ts";
import type { ShellMarks } from "../terminal/prompt-marks.ts";

/** Whether a shell takes a command. */
export type ShellState =
  /** At its prompt. With `isCertain` nothing is typed there; else that is not known. */
  | { kind: "idle"; shell: RunShell; isCertain: boolean }
  /** It is none, and was none from the beginning. */
  | { kind: "none"; reason: string }
  /** It is on its way to its prompt, as far as can be seen. */
  | { kind: "soon" }
  /** It is not: something else is going on, in words behind the session's name and a colon. */
  | { kind: "busy"; reason: string; isProgram: boolean };

export interface ShellView {
  /** What the session was started with. */
  argv: readonly string[];
  pty: Pick<Pty, "pid" | "foregroundGroup" | "lineModes">;
  /** Its marks, with all output up to now known. */
  marks(): ShellMarks | undefined;
  /** The file that a run command makes it read. */
  runPath: string;
}

const SOON: ShellState = { kind: "soon" };

/**
 * Looks where a session's shell is. Nothing is read off the screen: it is the kernel that tells who
 * has the terminal, in what mode it is, and whether the shell waits for input there; a shell that
 * marks its prompts tells the rest.
 */
export function shellState({ argv, pty, marks: readMarks, runPath }: ShellView): ShellState {
  // With `exec` it may have become another shell, or no shell at all.
  const present = argvOf(pty.pid) ?? argv;
  const shell = runShellOf(present);
  const isFirst = present.length === argv.length && present.every((word, i) => word === argv[i]);
  if (shell === undefined) {
    const program = quoteName(basename(present[0] ?? ""));
    const reason = `it runs ${program}, which is no shell that takes commands`;
    return isFirst ? { kind: "none", reason } : busy(reason, true);
  }
  // Another shell may not set marks; then the last one is that of the command that began it.
  const marks = (): ShellMarks | undefined => {
    const all = readMarks();
    return all?.isRunning === true && !isFirst ? undefined : all;
  };
  const group = pty.foregroundGroup();
  if (group !== pty.pid) {
    const it = marks();
    // A prompt may run programs before it is shown.
    if (it !== undefined && !it.isRunning && !it.isPromptShown) return SOON;
    const program = group === undefined ? undefined : programOf(group);
    return busy(`its shell runs ${program === undefined ? "a program" : quoteName(program)}`, true);
  }
  if (isWaitingForInput(pty.pid) === false) return SOON;
  // Line editors take the terminal out of its line mode; what reads lines here is no prompt.
  if (shell === "sh") {
    // Such a shell reads as it goes, and closes the file when it is back at its prompt.
    if (hasFileOpen(pty.pid, runPath)) return SOON;
  } else if (pty.lineModes()?.isCanonical === true) {
    return SOON;
  }
  const it = marks();
  if (it === undefined) return { kind: "idle", shell, isCertain: false };
  if (!it.isPromptShown) return SOON;
  if (!it.hasPromptEnd) return { kind: "idle", shell, isCertain: false };
  if (it.isLineEmpty) return { kind: "idle", shell, isCertain: true };
  return busy("its shell has something typed at its prompt", false);
}

function busy(reason: string, isProgram: boolean): ShellState {
  return { kind: "busy", reason, isProgram };
}
