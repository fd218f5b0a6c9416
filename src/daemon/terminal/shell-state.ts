import { basename } from "node:path";

import type { Pty } from "../../pty/pty.ts";
import {
  argvOf,
  filesReadBy,
  isWaitingForInput,
  programOf,
} from "../../system/processes/waiting-process.ts";
import { quoteName } from "../../sessions/names.ts";
import { runShellOf, type RunShell } from "../../shell/run-shell.ts";
import type { ShellIntegration } from "./shell-integration.ts";
import type { Typing } from "./typing.ts";

/** Whether a shell takes a command; reasons are words behind the session's name and a colon. */
export type ShellState =
  /** At its prompt, or in a command that reads keys as a prompt does. */
  | AtPrompt
  /** It is on its way to its prompt, as far as can be seen. */
  | { kind: "soon"; reason: string }
  /** Something else is going on. */
  | { kind: "busy"; reason: string }
  /** It is no shell, and was none from the beginning. */
  | { kind: "none"; reason: string };

export interface AtPrompt {
  kind: "prompt";
  shell: RunShell;
  /** Its command line: with `exec` it may have become another shell. */
  program: string;
  /** It is the shell that our integration was prepared for. */
  hasIntegration: boolean;
  /** The shell's integration reported this prompt. */
  isReported: boolean;
  /** The integration has bound the keys that `tsm run` types. */
  hasKeys: boolean;
  /** It has certainly left the file that it was made to read. */
  isBack: boolean;
  /** A line editor reads keys there, whose modes and bindings have to be reckoned with. */
  hasEditor: boolean;
  /** It reads keys in any case, as far as the terminal's modes show: with pastes in brackets. */
  isEditing: boolean;
  /** Why nothing can be typed there; undefined when the line is empty. */
  problem: string | undefined;
}

export interface ShellView {
  /** What the session was started with. */
  argv: readonly string[];
  pty: Pick<Pty, "pid" | "foregroundGroup" | "lineModes">;
  /** What the shell reports; undefined where nothing was prepared for it. */
  integration: ShellIntegration | undefined;
  typing: Typing;
  /** Whether nothing follows the prompt that was reported last. */
  isLineEmpty(): boolean;
  /** Whether the cursor's row is what it was before something was typed. */
  hasSamePrompt(): boolean;
  /** Whether pastes are put in brackets now: what reads keys asks for that. */
  bracketsPastes(): boolean;
  /** It has been started just now, and nothing has been typed: it may still read its own files. */
  isYoung: boolean;
  /** The file that a run command makes it read. */
  runPath: string;
}

/**
 * Finds out where a session's shell is. Nothing is taken for a prompt because it looks like one: the
 * kernel shows who has the terminal, in what mode it is, and whether the shell waits for input there;
 * the shell's own reports add the rest. A shell that reports nothing is judged by what has been
 * typed, as if there was no integration.
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
  const integration = isFirst ? view.integration : undefined;
  const group = pty.foregroundGroup();
  if (group !== pty.pid) {
    // A prompt may run programs before it is shown.
    if (integration?.phase === "prompt") return soon("its shell draws its prompt");
    const program = group === undefined ? undefined : programOf(group);
    const what = program === undefined ? "a program" : quoteName(program);
    return { kind: "busy", reason: `its shell runs ${what}` };
  }
  if (isWaitingForInput(pty.pid) === false) return soon("its shell runs a command of its own");
  // A plain shell reads a file as it goes, and closes it when it is back at its prompt.
  const files = shell === "sh" ? filesReadBy(pty.pid) : undefined;
  const isReading = files?.includes(runPath);
  const isStarting = view.isYoung && files !== undefined && files.length > 0;
  if (isReading === true || isStarting) return soon("its shell reads a file");
  const isReported = integration?.phase === "input";
  const isEditing = view.bracketsPastes();
  if (!isReported) {
    // Line editors take the terminal out of its line mode; what reads lines here is no prompt.
    if (shell !== "sh" && pty.lineModes()?.isCanonical === true) {
      return soon("its shell reads a line for a command");
    }
    // Its start-up files may ask for keys; a line editor asks for more than that.
    const mayStart = integration?.phase === "silent" && !integration.isReady && view.isYoung;
    if (mayStart && !isEditing) return soon("its shell reads its start-up files");
  }
  return {
    kind: "prompt",
    shell,
    program: present.join("\0"),
    hasIntegration: integration !== undefined,
    isReported,
    hasKeys: integration?.hasKeys === true,
    isBack: isReading === false,
    hasEditor: shell !== "sh" && pty.lineModes()?.isCanonical !== true,
    isEditing,
    problem: isReported ? problemAtReported(view) : problemElsewhere(view, integration),
  };
}

function soon(reason: string): ShellState {
  return { kind: "soon", reason };
}

/** Why a prompt that the shell has reported may not be empty; undefined when it is. */
function problemAtReported(view: ShellView): string | undefined {
  const { typing, integration } = view;
  if (!typing.hasTyped || typing.isSpent) return undefined;
  const isEmpty =
    integration?.isExact === true ? view.isLineEmpty() : isCancelled(view) || view.hasSamePrompt();
  return isEmpty ? undefined : "its shell has something typed at its prompt";
}

/** The same for one that it has not reported, if it is one. */
function problemElsewhere(
  view: ShellView,
  integration: ShellIntegration | undefined,
): string | undefined {
  // Whatever stood there, an interrupt has cancelled it. Otherwise it may be half a line, a command
  // that reads, or one that goes on in the next line, unless the prompt is back.
  if (!view.typing.hasTyped || isCancelled(view) || view.hasSamePrompt()) return undefined;
  return integration === undefined
    ? "its shell may have something typed at its prompt, which Ctrl+C there would cancel"
    : "its shell reads keys for a command, or is at a prompt that it did not report";
}

function isCancelled({ typing }: ShellView): boolean {
  return typing.endsWithInterrupt;
}
