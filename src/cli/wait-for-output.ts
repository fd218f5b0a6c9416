import { TsmError } from "../base/errors.ts";
import type { Config } from "../config/paths.ts";
import { ALL_LINES } from "../protocol/watch.ts";
import { quoteName } from "../sessions/names.ts";
import { waitForEnd } from "../sessions/session-wait.ts";
import { captureSession, watchSession, type SessionSnapshot } from "../sessions/watch.ts";
import { readHistory } from "../terminal/read-snapshot.ts";
import { plainLines } from "../terminal/styled-line.ts";
import { TextStripper } from "../terminal/text-stripper.ts";

/** Where in a text something is that is waited for; −1 when it is not there. */
export type OutputTest = (text: string) => number;

/** What is waited for may be cut by the border of two pieces of output by so much. */
const OVERLAP_CHARS = 64 * 1024;

/**
 * Waits until a session has printed something: in the output of the last run command, else in all
 * that its terminal still has, or from now on.
 * @returns the line in which it is.
 * @throws TsmError `ended` when the session, or the run command that was on, has ended without it.
 */
export async function waitForOutput(
  config: Config,
  name: string,
  test: OutputTest,
  signal: AbortSignal,
): Promise<string> {
  const search = new OutputSearch(test);
  const ended = waitForEnd(config, name, { signal, keeps: true }).then(async (end) => {
    // It may have ended long ago, and something else may have begun since.
    if (end.isStale) return await new Promise<never>(() => {});
    // The other connection may be behind; a session that is held is still there.
    const found = await findNow(config, name, test);
    if (found !== undefined) return found;
    const what =
      end.what === "run"
        ? `The command in session ${quoteName(name)}`
        : `Session ${quoteName(name)}`;
    throw new TsmError("ended", `${what} has ended without that: exit ${end.code}.`, {
      remedy: `See 'tsm history ${name}' for what it has printed.`,
    });
  });
  const watching = followUntil(config, name, search);
  // Whichever is first; of the other nobody shall hear.
  for (const promise of [ended, watching]) promise.catch(() => {});
  const found = await Promise.race([watching, ended]);
  return found ?? (await ended);
}

/** Resolves when a session has printed nothing for some time, or has ended. */
export async function waitForSilence(config: Config, name: string, idleMs: number): Promise<void> {
  const silent = Promise.withResolvers<void>();
  let timer = setTimeout(silent.resolve, idleMs);
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
  for await (const event of watchSession(config, name, ALL_LINES)) {
    const found =
      event.kind === "snapshot"
        ? search.start(event.snapshot)
        : event.kind === "output"
          ? search.push(event.bytes)
          : undefined;
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
    return new OutputSearch(test).start(await captureSession(config, name, ALL_LINES));
  } catch (error) {
    if (error instanceof TsmError) return undefined; // it has ended just now
    throw error;
  }
}

/** Looks for something in a session's output, wherever that is cut. */
class OutputSearch {
  readonly #test: OutputTest;
  #stripper = new TextStripper();
  #text = "";

  constructor(test: OutputTest) {
    this.#test = test;
  }

  /** @returns the line in which it is, when it is there. */
  start(snapshot: SessionSnapshot): string | undefined {
    const { lines, cursorDistance, unfinished } = readHistory(snapshot, snapshot.runRow ?? 0);
    const joint = cursorDistance === undefined ? "\n" : " ".repeat(cursorDistance);
    this.#stripper = new TextStripper();
    this.#text = plainLines(lines).join("\n") + joint + this.#stripper.push(unfinished);
    return this.#find();
  }

  push(bytes: Uint8Array): string | undefined {
    const kept = this.#text.slice(-OVERLAP_CHARS);
    this.#text = kept + this.#stripper.push(bytes);
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
