import { TsmError } from "../base/errors.ts";
import { variable } from "../config/environment.ts";
import { sessionNames } from "../sessions/list.ts";
import { quoteName } from "../sessions/names.ts";
import type { CliContext } from "./command.ts";

type Context = Pick<CliContext, "config" | "env">;

const WILDCARD = /[*?[]/;

/** What `$TSM_PREFIX` puts before every session name; empty without it. */
export function namePrefix({ env }: Pick<CliContext, "env">): string {
  return variable(env, "TSM_PREFIX") ?? "";
}

/** The session that a word names: `$TSM_PREFIX` is put before it unless it stands there already. */
export function fullName(context: Pick<CliContext, "env">, word: string): string {
  const prefix = namePrefix(context);
  return word.startsWith(prefix) ? word : prefix + word;
}

/**
 * The sessions that words name, each once: a name stands for itself, whether there is such a session
 * or not, and a pattern (`*`, `?`, `[…]`) for all sessions that it matches, sorted.
 * @throws TsmError `not-found` when a pattern matches none.
 */
export function namedSessions(context: Context, words: readonly string[]): string[] {
  return [...new Set(words.flatMap((word) => expand(context, word)))];
}

function expand(context: Context, word: string): string[] {
  const name = fullName(context, word);
  if (!WILDCARD.test(word)) return [name];
  const all = sessionNames(context.config);
  if (all.includes(name)) return [name];
  const prefix = namePrefix(context);
  const own = all.filter((it) => it.startsWith(prefix));
  const glob = new Bun.Glob(word);
  const found = own.filter((it) => glob.match(it.slice(prefix.length)) || glob.match(it));
  if (found.length > 0) return found;
  throw new TsmError("not-found", `No session matches ${quoteName(word)}.`, {
    remedy: "Run 'tsm ls' to list sessions.",
  });
}
