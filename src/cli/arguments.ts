import type { ArgsDef } from "citty";

import { TsmError } from "../base/errors.ts";
import { nearestWord } from "../config/nearest.ts";

const EXIT_USAGE = 2;

/** Wrong use of the command line: one line, exit status 2. */
export function usageError(message: string, remedy?: string): TsmError {
  return new TsmError("usage", message, {
    exitCode: EXIT_USAGE,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/**
 * Checks words against a command's arguments, which the parser behind takes as they come.
 * @param usage the command's usage line, for the message.
 * @throws TsmError `usage` for an unknown option, a missing value, or too many or too few words.
 */
export function checkArguments(words: readonly string[], args: ArgsDef, usage: string): void {
  const positionals: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") {
      positionals.push(...words.slice(at + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      positionals.push(word);
      continue;
    }
    if (checkOption(word, args, usage) && words[++at] === undefined) {
      throw usageError(`Option ${word} needs a value: ${usage}`);
    }
  }
  checkPositionals(positionals, args, usage);
}

/** @returns whether the next word is the option's value. */
function checkOption(word: string, args: ArgsDef, usage: string): boolean {
  const [flag = "", inlineValue] = word.split("=", 2);
  const names = optionNames(args);
  const name = names.get(flag);
  if (name === undefined) {
    const match = nearestWord(flag, [...names.keys()]);
    throw usageError(
      `Unknown option '${printable(flag)}'${match === undefined ? `: ${usage}` : `. Did you mean '${match}'?`}`,
    );
  }
  const takesValue = args[name]?.type === "string" || args[name]?.type === "enum";
  if (!takesValue && inlineValue !== undefined) {
    throw usageError(`Option ${flag} takes no value: ${usage}`);
  }
  return takesValue && inlineValue === undefined;
}

/** Every way to write an option, and the argument that it stands for. */
function optionNames(args: ArgsDef): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, definition] of Object.entries(args)) {
    if (definition.type === "positional") continue;
    names.set(`--${name}`, name);
    const aliases = "alias" in definition ? [definition.alias ?? []].flat() : [];
    for (const alias of aliases) names.set(alias.length === 1 ? `-${alias}` : `--${alias}`, name);
  }
  return names;
}

function checkPositionals(words: readonly string[], args: ArgsDef, usage: string): void {
  const positionals = Object.values(args).filter(({ type }) => type === "positional");
  const needed = positionals.filter(({ required }) => required !== false).length;
  if (words.length < needed) throw usageError(`Too few arguments: ${usage}`);
  const isVariadic = usage.includes("…");
  const surplus = words[positionals.length];
  if (surplus !== undefined && !isVariadic) {
    throw usageError(`Unexpected argument '${printable(surplus)}': ${usage}`);
  }
}

/** Text that can be printed on a terminal: control characters are shown as `?`. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}
