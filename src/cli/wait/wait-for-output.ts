import { TsmError } from "../../base/errors.ts";
import type { Config } from "../../config/paths.ts";
import { ALL_LINES } from "../../protocol/watch.ts";
import { quoteName } from "../../sessions/names.ts";
import { waitForEnd } from "../../sessions/wire/session-wait.ts";
import { watchSession, type SessionSnapshot, type WatchEvent } from "../../sessions/wire/watch.ts";
import { readHistory } from "../../terminal/read/read-snapshot.ts";
import { plainLines } from "../../terminal/read/styled-line.ts";
import { TextStripper } from "../../terminal/stream/text-stripper.ts";

/** Finds the expected output in a text: its index, or −1. */
export type OutputTest = (text: string) => number;

/** How much text is kept, so that a match may span several pieces of output. */
const OVERLAP_CHARS = 64 * 1024;

/**
 * Waits until a session has printed something: in the output of the last run command, else in all
 * that its terminal still has, or from now on.
 * @returns the line that contains it.
 * @throws TsmError `ended` if the session, or the run command that was running, ended without it.
 */
export async function waitForOutput(
  config: Config,
  name: string,
  test: OutputTest,
  signal: AbortSignal,
): Promise<string> {
  const watching = followUntil(config, name, new OutputSearch(test));
  const ending = findAtEnd(config, name, test, signal);
  // Whichever is first wins; a failure of the other is ignored.
  for (const promise of [watching, ending]) promise.catch(() => {});
  const found = await Promise.race([watching, ending.then((line) => line ?? watching)]);
  const line = found ?? (await ending);
  if (line !== undefined) return line;
  throw endedWithout(`Session ${quoteName(name)} ended without printing that.`, name);
}

/**
 * Waits until the running command or the session ends, and searches once more: the other
 * connection may lag.
 * @returns the line; undefined when the command had ended before, and something else has begun.
 */
async function findAtEnd(
  config: Config,
  name: string,
  test: OutputTest,
  signal: AbortSignal,
): Promise<string | undefined> {
  const end = await waitForEnd(config, name, { signal, keeps: true });
  if (end.isStale) return undefined;
  const found = await findNow(config, name, test);
  if (found !== undefined) return found;
  const session = quoteName(name);
  const what = end.what === "run" ? `The command in session ${session}` : `Session ${session}`;
  throw endedWithout(`${what} ended without printing that: exit ${end.code}.`, name);
}

function endedWithout(message: string, name: string): TsmError {
  const remedy = `If the session still exists, 'tsm history ${name}' shows what it printed.`;
  return new TsmError("ended", message, { remedy });
}

/** Resolves when a session has printed nothing for some time, or has ended. */
export async function waitForSilence(config: Config, name: string, idleMs: number): Promise<void> {
  const silent = Promise.withResolvers<void>();
  let timer: Timer | undefined; // starts with the snapshot: no answer yet does not count as silence
  const watching = (async () => {
    for await (const _ of watchSession(config, name, 0)) {
      clearTimeout(timer);
      timer = setTimeout(silent.resolve, idleMs);
    }
  })();
  try {
    await Promise.race([silent.promise, watching]);
  } finally {
    clearTimeout(timer);
  }
}

/** @returns the line, or undefined when the session has ended. */
async function followUntil(
  config: Config,
  name: string,
  search: OutputSearch,
): Promise<string | undefined> {
  for await (const event of watchSession(config, name, ALL_LINES, true)) {
    const found = search.take(event);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function findNow(
  config: Config,
  name: string,
  test: OutputTest,
): Promise<string | undefined> {
  try {
    const search = new OutputSearch(test);
    for await (const event of watchSession(config, name, ALL_LINES, true)) {
      const found = search.take(event);
      if (found !== undefined || event.kind === "snapshot") return found;
    }
    return undefined;
  } catch (error) {
    if (error instanceof TsmError) return undefined; // it has ended just now
    throw error;
  }
}

/** Searches a session's output, however it is split into pieces. */
class OutputSearch {
  readonly #test: OutputTest;
  #stripper = new TextStripper();
  #text = "";
  #hasRun = false;

  constructor(test: OutputTest) {
    this.#test = test;
  }

  /** @returns the line that contains the match, if any. */
  take(event: WatchEvent): string | undefined {
    switch (event.kind) {
      case "run-output":
        this.#hasRun = true;
        return this.#push(event.bytes);
      case "snapshot": {
        // All output of the run is known, so the screen need not be searched.
        const isKnown = this.#hasRun;
        this.#hasRun = false;
        return isKnown ? undefined : this.#start(event.snapshot);
      }
      case "output":
        return this.#push(event.bytes);
      case "exit":
        return undefined;
    }
  }

  #start(snapshot: SessionSnapshot): string | undefined {
    const { lines, cursorDistance, unfinished } = readHistory(snapshot, snapshot.runRow ?? 0);
    const joint = cursorDistance === undefined ? "\n" : " ".repeat(cursorDistance);
    this.#stripper = new TextStripper();
    this.#text = plainLines(lines).join("\n") + joint + this.#stripper.push(unfinished);
    return this.#find();
  }

  #push(bytes: Uint8Array): string | undefined {
    if (this.#text.length > OVERLAP_CHARS) {
      const kept = this.#text.slice(-OVERLAP_CHARS);
      // From the start of a line, if there is one.
      this.#text = kept.slice(kept.indexOf("\n") + 1);
    }
    this.#text += this.#stripper.push(bytes);
    return this.#find();
  }

  #find(): string | undefined {
    const at = this.#test(this.#text);
    if (at === -1) return undefined;
    const start = at === 0 ? 0 : this.#text.lastIndexOf("\n", at - 1) + 1;
    const end = this.#text.indexOf("\n", at);
    return this.#text.slice(start, end === -1 ? undefined : end);
  }
}
