import type { Pty } from "../pty/pty.ts";
import { hasFileOpen, isWaitingForInput, programOf } from "../pty/waiting-process.ts";
import { quoteName } from "../sessions/names.ts";
import type { RunShell } from "../shell/run-script.ts";
import type { ShellMarks } from "../terminal/prompt-marks.ts";

/** Whether a shell takes a command. */
export type ShellState =
  /** At its prompt. With `isCertain` nothing is typed there; else that is not known. */
  | { kind: "idle"; isCertain: boolean }
  /** It is on its way to its prompt, as far as can be seen. */
  | { kind: "soon" }
  /** It is not: something else is going on, in words behind "its shell …". */
  | { kind: "busy"; reason: string; isProgram: boolean };

export interface ShellView {
  shell: RunShell;
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
export function shellState({ shell, pty, marks, runPath }: ShellView): ShellState {
  const group = pty.foregroundGroup();
  if (group !== pty.pid) {
    const it = marks();
    // A prompt may run programs before it is shown.
    if (it !== undefined && !it.isRunning && !it.isPromptShown) return SOON;
    const program = group === undefined ? undefined : programOf(group);
    const reason = program === undefined ? "runs a program" : `runs ${quoteName(program)}`;
    return { kind: "busy", reason, isProgram: true };
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
  if (it === undefined) return { kind: "idle", isCertain: false };
  if (!it.isPromptShown) return SOON;
  if (!it.hasPromptEnd) return { kind: "idle", isCertain: false };
  if (it.isLineEmpty) return { kind: "idle", isCertain: true };
  return { kind: "busy", reason: "has something typed at its prompt", isProgram: false };
}
