import { TsmError } from "../base/errors.ts";
import { variable } from "../config/environment.ts";
import { sessionNames } from "../sessions/list.ts";
import { findOwnSession, presentName } from "../sessions/own-session.ts";
import { isSessionAddress, quoteName, validateSessionName } from "../sessions/names.ts";
import { usageError } from "./arguments.ts";
import type { CliContext } from "./command.ts";

type Context = Pick<CliContext, "config" | "env">;

const WILDCARD = /[*?[]/;

/**
 * The value of `$TSM_PREFIX`, which is put before every session name; empty without it.
 * @throws TsmError `invalid-name` if no name can begin with it.
 */
export function namePrefix({ env }: Pick<CliContext, "env">): string {
  const prefix = variable(env, "TSM_PREFIX") ?? "";
  if (prefix !== "") validateSessionName(prefix);
  return prefix;
}

/** The session that a word names: `$TSM_PREFIX` is put before it unless it is already there. */
export function fullName(context: Pick<CliContext, "env">, word: string): string {
  const prefix = namePrefix(context);
  // An empty name remains empty, and is refused, instead of becoming the prefix.
  return word === "" || word.startsWith(prefix) ? word : prefix + word;
}

/** Whether a word is a pattern, unless there is a session of that very name. */
export function isPattern(context: Context, word: string): boolean {
  return WILDCARD.test(word) && !sessionNames(context.config).includes(fullName(context, word));
}

/**
 * The sessions that words name, each once: a name stands for itself, whether such a session
 * exists or not, and a pattern (`*`, `?`, `[…]`) for all sessions that it matches, sorted.
 * @throws TsmError `not-found` when a pattern matches none.
 */
export function namedSessions(context: Context, words: readonly string[]): string[] {
  return [...new Set(words.flatMap((word) => expand(context, word)))];
}

/**
 * As {@link namedSessions}; without words, the session that this process is in, under its current
 * name where that is known.
 * @param usage the command's usage line, for the message.
 * @throws TsmError `usage` when there is no word and no such session.
 */
export async function namedOrCurrent(
  context: Context,
  words: readonly string[],
  usage: string,
): Promise<string[]> {
  if (words.length > 0) return namedSessions(context, words);
  const own = await findOwnSession(context.config, context.env);
  const current = own?.name ?? presentName(context.env);
  if (current !== undefined) return [current];
  throw usageError(`No session given, and you are not inside one: ${usage}`);
}

function expand(context: Context, word: string): string[] {
  // A word that can be neither a name nor a pattern is refused later, like any invalid name.
  if (!WILDCARD.test(word) || !isSessionAddress(word)) return [fullName(context, word)];
  const found = matching(context, word, sessionNames(context.config));
  if (found.length > 0) return found;
  throw new TsmError("not-found", `No session matches ${quoteName(word)}.`, {
    remedy: "Run 'tsm ls' to list sessions.",
  });
}

/**
 * The names that words select from `all`; without words, all that begin with `$TSM_PREFIX`. Words
 * that match nothing are ignored.
 */
export function chooseNames(
  context: Pick<CliContext, "env">,
  words: readonly string[],
  all: readonly string[],
): string[] {
  const prefix = namePrefix(context);
  if (words.length === 0) return all.filter((name) => name.startsWith(prefix));
  const chosen = new Set(words.flatMap((word) => matching(context, word, all)));
  return all.filter((name) => chosen.has(name));
}

/** Names that a word matches. The exact name of a session matches only that one, even with `*` in it. */
function matching(
  context: Pick<CliContext, "env">,
  word: string,
  all: readonly string[],
): string[] {
  const name = fullName(context, word);
  if (all.includes(name)) return [name];
  if (!WILDCARD.test(word)) return [];
  const prefix = namePrefix(context);
  // A leading exclamation mark negates a pattern in Bun.
  const glob = new Bun.Glob(word.replace(/^!/, "\\!"));
  return all
    .filter((it) => it.startsWith(prefix))
    .filter((it) => glob.match(it.slice(prefix.length)) || glob.match(it));
}
