import type { ArgsDef } from "citty";

import { countOwnWords, optionNames, takesValue } from "../arguments.ts";
import { findCommand, type Command, type CommandEntry } from "../command.ts";

/** A completion for the word at the cursor. */
export interface Candidate {
  value: string;
  description: string;
}

/** The result of a completion: candidate words, or another program's command line. */
export type Completion =
  | { kind: "words"; candidates: readonly Candidate[] }
  /** `from` is the index of that command line's first word; the program's name has index 0. */
  | { kind: "command"; from: number };

/** `valueHint` of an argument that is a session's name; others hold choices: `bash|zsh`, `on|`. */
const SESSION_HINT = "session";
const COMMAND_HINT = "command";

type ReadSessionNames = () => Promise<readonly string[]>;

/**
 * Completes the last of `words`, which may be empty or partial, from the definitions of the
 * commands.
 * @param words the words after the program's name.
 * @param readSessionNames reads the names of the sessions; only called when they are needed.
 */
export async function complete(
  words: readonly string[],
  commands: readonly CommandEntry[],
  readSessionNames: ReadSessionNames,
): Promise<Completion> {
  const [name = "", ...typed] = words;
  if (words.length < 2) return asWords(commandWords(commands, name.startsWith("-")));
  const command = await findCommand(commands, name)?.load();
  if (command === undefined) return asWords([]);
  const used = readTyped(typed.slice(0, -1), command.args);
  if (command.takesRest === true) {
    // A partial word may still become one of the command's own options.
    const before = typed.slice(0, -1);
    const count = countOwnWords(before, command.args);
    const isBehind = used.firstAt !== undefined && used.pending === undefined;
    const isOption = count === before.length && (typed.at(-1) ?? "").startsWith("-");
    // A `--` between the command's own words and the other command line belongs to neither.
    const own = before[count] === "--" ? count + 1 : count;
    if (isBehind && !isOption) return { kind: "command", from: own + 2 };
  }
  const last = typed.at(-1) ?? "";
  if (used.pending !== undefined) return asWords(choicesOf(command.args[used.pending]));
  if (last.startsWith("-") && !used.isAfterDashes) return asWords(optionWords(command.args, last));
  return asWords(await positionalWords(command, used.positionals, commands, readSessionNames));
}

function asWords(candidates: readonly Candidate[]): Completion {
  return { kind: "words", candidates };
}

/** The commands and aliases that look like options, or those that do not. */
function commandWords(commands: readonly CommandEntry[], areOptions: boolean): Candidate[] {
  return commands
    .flatMap(({ name, aliases, summary }) =>
      [name, ...aliases].map((value) => ({ value, description: summary })),
    )
    .filter(({ value }) => value.startsWith("-") === areOptions);
}

interface Typed {
  positionals: string[];
  /** Index in the words of the first positional. */
  firstAt: number | undefined;
  /** The option whose value comes next. */
  pending: string | undefined;
  isAfterDashes: boolean;
}

function readTyped(words: readonly string[], args: ArgsDef): Typed {
  const names = optionNames(args);
  const typed: Typed = {
    positionals: [],
    firstAt: undefined,
    pending: undefined,
    isAfterDashes: false,
  };
  words.forEach((word, at) => {
    if (typed.pending !== undefined) typed.pending = undefined;
    else if (typed.isAfterDashes || !word.startsWith("-")) {
      typed.positionals.push(word);
      typed.firstAt ??= at;
    } else if (word === "--") typed.isAfterDashes = true;
    else {
      const option = names.get(word);
      if (option !== undefined && takesValue(args[option])) typed.pending = option;
    }
  });
  return typed;
}

/** The long option names; if the word contains `=`, each option with each of its values. */
function optionWords(args: ArgsDef, word: string): Candidate[] {
  const names = [...optionNames(args)];
  if (word.includes("=")) {
    return names.flatMap(([flag, name]) =>
      choicesOf(args[name]).map((choice) => ({ ...choice, value: `${flag}=${choice.value}` })),
    );
  }
  const help = { value: "--help", description: "explain this command" };
  return [
    ...names.map(([value, name]) => ({ value, description: args[name]?.description ?? "" })),
    help,
  ].filter(({ value }) => value.startsWith("--"));
}

async function positionalWords(
  command: Command<ArgsDef>,
  before: readonly string[],
  commands: readonly CommandEntry[],
  readSessionNames: ReadSessionNames,
): Promise<Candidate[]> {
  const positionals = Object.values(command.args).filter(({ type }) => type === "positional");
  const isVariadic = command.usage.includes("…");
  const definition = positionals[before.length] ?? (isVariadic ? positionals.at(-1) : undefined);
  switch (definition?.valueHint) {
    case SESSION_HINT: {
      const names = await readSessionNames();
      const free = names.filter((name) => !before.includes(name));
      return free.map((value) => ({ value, description: "session" }));
    }
    case COMMAND_HINT:
      return commandWords(commands, false);
    default:
      return choicesOf(definition);
  }
}

/** The values of an argument, if its definition lists them. */
function choicesOf(definition: ArgsDef[string] | undefined): Candidate[] {
  if (definition === undefined) return [];
  const hinted = definition.valueHint?.includes("|")
    ? definition.valueHint.split("|").filter(Boolean)
    : [];
  const options = definition.type === "enum" ? (definition.options ?? []) : hinted;
  return options.map((value) => ({ value, description: "" }));
}
