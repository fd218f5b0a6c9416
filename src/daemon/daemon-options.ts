import type { Environment } from "../base/environment.ts";
import type { Config } from "../config/paths.ts";
import type { ExitStatus } from "../protocol/messages.ts";
import type { ShellFiles } from "../shell/shell-argv.ts";
import type { PtyDriver } from "../pty/pty.ts";

export interface TerminalOptions {
  /** What to run. Not empty. */
  argv: readonly string[];
  /** Directory of the command. */
  cwd: string;
  /** Environment of the command. */
  env: Environment;
  driver?: PtyDriver;
  /** Files of our integration, when it is a shell that reads them. */
  shellFiles: ShellFiles | undefined;
  /** The file that a run command makes a shell read. */
  runPath: string;
  /** The session's name now. */
  sessionName(): string;
  /** Lines that the terminal model keeps above the screen. */
  scrollbackLines?: number;
}

export interface ProgramEvents {
  /** The program has ended, and all of its output is with the clients. */
  onExit(exit: ExitStatus): void;
  /** The program has read what was typed, or some of it. */
  onInputRoom(): void;
  /** A program calls for the user. */
  onNotification(): void;
  /** Something for the log. */
  onEvent(event: string): void;
}

export interface DaemonOptions extends Omit<TerminalOptions, "runPath" | "sessionName"> {
  config: Config;
  /** From the command line, unchecked: the daemon checks it. */
  name: string;
  /** The command as people see it. */
  title: string;
  /** The session stays when its command has ended, until somebody has seen how. */
  holds?: boolean;
  /** The file from which the session's shell learns its name, if it does. */
  nameFile?: string;
  /** Link that the session's processes know as SSH_AUTH_SOCK, if they know one. */
  agentLink?: string;
}
