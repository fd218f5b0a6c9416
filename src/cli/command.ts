import type { ArgsDef, ParsedArgs } from "citty";

import type { Environment } from "../config/environment.ts";
import type { Config } from "../config/paths.ts";

/** What a command works with, so that none reads the process's own state. */
export interface CliContext {
  config: Config;
  env: Environment;
  /** All commands, in the order of the help. */
  commands: readonly CommandEntry[];
  /** How this program is started again. */
  self: readonly string[];
  /**
   * Prints a line, or several. What could harm a terminal is shown as an escape.
   * @throws TsmError `output`, but not when nobody reads it any more.
   */
  print(text: string): void;
  /** Prints a line on stderr. */
  warn(line: string): void;
  /**
   * Prints bytes as they are.
   * @returns false when nobody reads them any more.
   * @throws TsmError `output` when they cannot be written for another reason.
   */
  write(bytes: Uint8Array | string): boolean;
}

/** One command: what it takes, what its help says, and what it does. */
export interface Command<T extends ArgsDef = ArgsDef> {
  /** Arguments as they stand in the usage line. */
  usage: string;
  /** What it does, in a few sentences. */
  description: string;
  /** Command lines as a user would type them, each with what it does. */
  examples: readonly (readonly [commandLine: string, effect: string])[];
  args: T;
  /**
   * With this, everything behind the first argument is left as it is and given as `rest`: it is
   * another program's command line.
   */
  takesRest?: boolean;
  /** @returns the exit status; 0 when it returns nothing. */
  run(args: ParsedArgs<T>, context: CliContext, rest: readonly string[]): Promise<number | void>;
}

/** A command as the list of commands shows it; the rest is loaded when it is called. */
export interface CommandEntry {
  name: string;
  aliases: readonly string[];
  summary: string;
  load(): Promise<Command<ArgsDef>>;
}

/** The command of a name or alias. */
export function findCommand(
  commands: readonly CommandEntry[],
  word: string,
): CommandEntry | undefined {
  return commands.find(({ name, aliases }) => name === word || aliases.includes(word));
}

/** Keeps the types of the arguments. */
export function defineTsmCommand<const T extends ArgsDef>(command: Command<T>): Command<T> {
  return command;
}
