import type { CliContext } from "./command.ts";
import { failure, printError } from "./failure.ts";
import { joinLines } from "./read-options.ts";
import { fullName, namedSessions } from "./session-names.ts";
import { standardOutput } from "./terminal-output.ts";

/** The sessions that a command's words stand for. */
export interface ReadSessions {
  names: readonly string[];
  /** Whether it is one session that was named, and not one of several that might have been. */
  isSingle: boolean;
}

/** @throws TsmError `not-found` when a pattern matches no session. */
export function readSessions(context: CliContext, words: readonly string[]): ReadSessions {
  const names = namedSessions(context, words);
  const [word = ""] = words;
  return { names, isSingle: words.length === 1 && names[0] === fullName(context, word) };
}

/**
 * Prints what is read of each session, with headers between several. One that cannot be read is told
 * on stderr, and the next one is read.
 * @returns the exit status.
 */
export async function printEach(
  context: CliContext,
  { names }: ReadSessions,
  read: (name: string) => Promise<string>,
): Promise<number> {
  let isFirst = true;
  return await forEachSession(context, names, async (name) => {
    const text = await read(name);
    const header = names.length > 1 ? `${isFirst ? "" : "\n"}==> ${name} <==\n` : "";
    isFirst = false;
    return context.write(header + text);
  });
}

/** Prints what is read as JSON: an object for a single session, else an array. */
export async function printObjects(
  context: CliContext,
  { names, isSingle }: ReadSessions,
  read: (name: string) => Promise<object>,
): Promise<number> {
  const all: object[] = [];
  const status = await forEachSession(context, names, async (name) => {
    all.push(await read(name));
    return true;
  });
  const value = isSingle ? all[0] : all;
  const indent = standardOutput(context.env).size === undefined ? undefined : 2;
  if (value !== undefined) context.write(`${JSON.stringify(value, undefined, indent)}\n`);
  return status;
}

/** Prints an object for each line; of several sessions with the name. */
export async function printLines(
  context: CliContext,
  { names, isSingle }: ReadSessions,
  read: (name: string) => Promise<readonly string[]>,
): Promise<number> {
  return await forEachSession(context, names, async (name) => {
    const lines = await read(name);
    const objects = lines.map((line) => JSON.stringify(isSingle ? { line } : { name, line }));
    return context.write(joinLines(objects));
  });
}

/** @param work returns false when nobody reads any more. */
async function forEachSession(
  context: CliContext,
  names: readonly string[],
  work: (name: string) => Promise<boolean>,
): Promise<number> {
  let status = 0;
  for (const name of names) {
    try {
      if (!(await work(name))) return status;
    } catch (error) {
      const code = printError(failure("read session", name, error), context);
      status = names.length === 1 ? code : 1;
    }
  }
  return status;
}
