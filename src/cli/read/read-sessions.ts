import { makeHarmless, makeLinesHarmless } from "../../base/harmless-text.ts";
import type { CliContext } from "../command.ts";
import { exitStatusOf, actOnSessions } from "../act-on-sessions.ts";
import { joinLines } from "./read-options.ts";
import { fullName, namedSessions } from "../session-names.ts";
import { standardOutput } from "../terminal-output.ts";

/** The sessions that a command's words stand for. */
export interface SelectedSessions {
  names: readonly string[];
  /** Whether exactly one session was named, rather than a pattern. */
  isSingle: boolean;
}

/** @throws TsmError `not-found` when a pattern matches no session. */
export function selectSessions(context: CliContext, words: readonly string[]): SelectedSessions {
  const names = namedSessions(context, words);
  const [word = ""] = words;
  return { names, isSingle: words.length === 1 && names[0] === fullName(context, word) };
}

/**
 * Prints what is read of each session, with headers between several. One that cannot be read is
 * reported on stderr, and the next one is read.
 * @returns the exit status.
 */
export async function readEachAsText(
  context: CliContext,
  { names }: SelectedSessions,
  read: (name: string) => Promise<string>,
): Promise<number> {
  let isFirst = true;
  return await readEach(context, names, async (name) => {
    const text = await read(name);
    const header = names.length > 1 ? `${isFirst ? "" : "\n"}==> ${makeHarmless(name)} <==\n` : "";
    isFirst = false;
    return context.write(header + text);
  });
}

/** Prints what is read as JSON: an object for a single session, else an array. */
export async function readEachAsObject(
  context: CliContext,
  { names, isSingle }: SelectedSessions,
  read: (name: string) => Promise<object>,
): Promise<number> {
  const all: object[] = [];
  const status = await readEach(context, names, async (name) => {
    all.push(await read(name));
    return true;
  });
  const value = isSingle ? all[0] : all;
  const indent = standardOutput(context.env).size === undefined ? undefined : 2;
  const json = JSON.stringify(value, undefined, indent);
  if (value !== undefined) context.write(`${makeLinesHarmless(json)}\n`);
  return status;
}

/** Prints an object for each line; of several sessions with the name. */
export async function readEachAsLines(
  context: CliContext,
  { names, isSingle }: SelectedSessions,
  read: (name: string) => Promise<readonly string[]>,
): Promise<number> {
  return await readEach(context, names, async (name) => {
    const lines = await read(name);
    const objects = lines.map((line) => JSON.stringify(isSingle ? { line } : { name, line }));
    return context.write(joinLines(objects.map(makeHarmless)));
  });
}

/**
 * Reads one session after the other, until the reader of the output is gone.
 * @param print returns false when that is so.
 */
async function readEach(
  context: CliContext,
  names: readonly string[],
  print: (name: string) => Promise<boolean>,
): Promise<number> {
  let isRead = true;
  const outcomes = await actOnSessions(context, "read session", names, async (name) => {
    if (isRead) isRead = await print(name);
  });
  return exitStatusOf(outcomes);
}
