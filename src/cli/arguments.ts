import type { ArgsDef } from "citty";

import { TsmError } from "../base/errors.ts";
import { makeHarmless } from "../base/harmless-text.ts";
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
  const valued = new Set<string>();
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
    const option = checkOption(word, args, usage);
    const value = option.takesNext ? words[++at] : option.value;
    // The parser would keep the last one only.
    if (value !== undefined && valued.has(option.name)) {
      throw usageError(`Option ${option.flag} is given twice: ${usage}`);
    }
    valued.add(option.name);
    if (option.takesNext && value === undefined) {
      throw usageError(`Option ${word} needs a value: ${usage}`);
    }
    if (value !== undefined && !(option.choices?.includes(value) ?? true)) {
      throw usageError(
        `Option ${option.flag} cannot be '${makeHarmless(value)}': it is one of ${option.choices?.join(", ")}`,
      );
    }
  }
  checkPositionals(positionals, args, usage);
}

const HELP = ["--help", "-h"];

/**
 * How many words are a command's own that takes another program's command line behind its first
 * argument: that argument, and options before and right behind it. What looks like an option there
 * and is none of the command's begins the rest, as a `--` does.
 */
export function countOwnWords(words: readonly string[], args: ArgsDef): number {
  const names = optionNames(args);
  let hasFirst = false;
  let at = 0;
  while (at < words.length) {
    const word = words[at] ?? "";
    if (word === "--" && !hasFirst) {
      // The first argument follows, whatever it looks like.
      hasFirst = true;
      at += 2;
    } else if (word.startsWith("-") && word !== "-" && word !== "--") {
      const [flag = ""] = word.split("=", 1);
      const name = names.get(flag);
      if (hasFirst && name === undefined && !HELP.includes(word)) break;
      const takesNext = name !== undefined && takesValue(args[name]) && !word.includes("=");
      at += takesNext ? 2 : 1;
    } else if (hasFirst) {
      break;
    } else {
      hasFirst = true;
      at++;
    }
  }
  return Math.min(at, words.length);
}

export function takesValue(definition: ArgsDef[string] | undefined): boolean {
  return definition?.type === "string" || definition?.type === "enum";
}

interface UsedOption {
  name: string;
  flag: string;
  /** Its value is the next word. */
  takesNext: boolean;
  /** Its value behind an equals sign. */
  value: string | undefined;
  /** The values that it can have; any when undefined. */
  choices: readonly string[] | undefined;
}

function checkOption(word: string, args: ArgsDef, usage: string): UsedOption {
  const [flag = "", value] = word.split("=", 2);
  const names = optionNames(args);
  const name = names.get(flag);
  if (name === undefined) {
    const match = nearestWord(flag, [...names.keys()]);
    throw usageError(
      `Unknown option '${makeHarmless(flag)}'${match === undefined ? `: ${usage}` : `. Did you mean '${match}'?`}`,
    );
  }
  const hasValue = takesValue(args[name]);
  if (!hasValue && value !== undefined) {
    throw usageError(`Option ${flag} takes no value: ${usage}`);
  }
  const definition = args[name];
  const choices = definition?.type === "enum" ? definition.options : undefined;
  return { name, flag, takesNext: hasValue && value === undefined, value, choices };
}

/** Every way to write an option, and the argument that it stands for. */
export function optionNames(args: ArgsDef): Map<string, string> {
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
    throw usageError(`Unexpected argument '${makeHarmless(surplus)}': ${usage}`);
  }
}
