import { parseArgs } from "node:util";

import { parseArgs as parseCittyArgs, type ArgsDef, type ParsedArgs } from "citty";

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
 * Reads the words of a command line. citty gives the values their types; on its own it would accept
 * unknown options, an option given twice or without its value, and lose values that begin with
 * `--no-`. So the words are checked first, and handed to it in a form that it reads right.
 * @param usage the command's usage line, for the messages.
 * @throws TsmError `usage` for an unknown option, a missing value, or too many or too few words.
 */
export function readArguments<T extends ArgsDef>(
  words: readonly string[],
  args: T,
  usage: string,
): ParsedArgs<T> {
  const names = optionNames(args);
  const options = new Map<string, string>();
  const positionals: string[] = [];
  for (const token of tokensOf(words, args)) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const { rawName, value } = token;
    const name = names.get(rawName);
    if (name === undefined) throw unknownOption(words[token.index] ?? "", names, usage);
    checkValue(rawName, value, args[name], usage);
    if (value !== undefined && options.has(name)) {
      throw usageError(`Option ${rawName} is given twice: ${usage}`);
    }
    options.set(name, value === undefined ? `--${name}` : `--${name}=${value}`);
  }
  checkPositionals(positionals, args, usage);
  return parseCittyArgs<T>([...options.values(), "--", ...positionals], args);
}

const HELP = ["--help", "-h"];

/**
 * How many words belong to a command that takes another program's command line after its first
 * argument: that argument, and options before and right after it. An option there that the command
 * does not know begins the rest, as a `--` does.
 */
export function countOwnWords(words: readonly string[], args: ArgsDef): number {
  const names = optionNames(args);
  let hasFirst = false;
  for (const token of tokensOf(words, args)) {
    const isForeign =
      token.kind === "option" && !names.has(token.rawName) && !HELP.includes(token.rawName);
    if (hasFirst && (token.kind !== "option" || isForeign)) return token.index;
    hasFirst ||= token.kind === "positional";
  }
  return words.length;
}

export function takesValue(definition: ArgsDef[string] | undefined): boolean {
  return definition?.type === "string" || definition?.type === "enum";
}

/** The words as options with their values, positionals and `--`, each with its place. */
function tokensOf(words: readonly string[], args: ArgsDef) {
  const options: Record<string, { type: "string" | "boolean"; short?: string }> = {};
  for (const [name, definition] of Object.entries(args)) {
    if (definition.type === "positional") continue;
    const short = aliasesOf(definition).find((alias) => alias.length === 1);
    const type = takesValue(definition) ? "string" : "boolean";
    options[name] = { type, ...(short === undefined ? {} : { short }) };
  }
  const config = { args: [...words], options, strict: false, allowPositionals: true } as const;
  return parseArgs({ ...config, tokens: true }).tokens;
}

function checkValue(
  rawName: string,
  value: string | undefined,
  definition: ArgsDef[string] | undefined,
  usage: string,
): void {
  const hasValue = takesValue(definition);
  if (!hasValue && value !== undefined) {
    throw usageError(`Option ${rawName} takes no value: ${usage}`);
  }
  if (hasValue && value === undefined)
    throw usageError(`Option ${rawName} needs a value: ${usage}`);
  const choices = definition?.type === "enum" ? definition.options : undefined;
  if (value !== undefined && choices?.includes(value) === false) {
    throw usageError(
      `Option ${rawName} cannot be '${makeHarmless(value)}': it is one of ${choices.join(", ")}`,
    );
  }
}

function unknownOption(word: string, names: ReadonlyMap<string, string>, usage: string): TsmError {
  const [flag = ""] = word.split("=", 1);
  const match = nearestWord(flag, [...names.keys()]);
  const hint = match === undefined ? `: ${usage}` : `. Did you mean '${match}'?`;
  return usageError(`Unknown option '${makeHarmless(flag)}'${hint}`);
}

/** Every way to write an option, and the argument that it stands for. */
export function optionNames(args: ArgsDef): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, definition] of Object.entries(args)) {
    if (definition.type === "positional") continue;
    names.set(`--${name}`, name);
    for (const alias of aliasesOf(definition)) names.set(`-${alias}`, name);
  }
  return names;
}

/** Short names of an option, each of one letter. */
export function aliasesOf(definition: ArgsDef[string]): string[] {
  return "alias" in definition ? [definition.alias ?? []].flat() : [];
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
