import { constants } from "node:os";

import { TsmError } from "../../base/errors.ts";
import { SessionRun } from "../../sessions/wire/session-run.ts";
import type { RunRequest } from "../../protocol/run-command.ts";
import type { CliContext } from "../command.ts";
import { withExitStatus125 } from "../exit-codes.ts";
import { failure, printError } from "../failure.ts";
import { RunFollower, type FollowOptions } from "./follow-run.ts";
import { OutputSpool } from "./output-spool.ts";

const END_SIGNALS = ["SIGTERM", "SIGHUP"] as const;

/**
 * Runs the same command in several sessions at the same time, and prints the outputs one after the
 * other, each below its session's name.
 * @returns the first nonzero exit status, in the order of the names; otherwise 0.
 */
export async function followRuns(
  names: readonly string[],
  request: RunRequest,
  context: CliContext,
  options: Omit<FollowOptions, "name">,
): Promise<number> {
  const runs = names.map((name) => runOne(name, request, context, options));
  const output = new EndableOutput();
  try {
    return await printRuns(names, runs, context, { ...options, output });
  } finally {
    output.close();
  }
}

/** Standard output whose reader may be slow; signals end a wait for that reader. */
class EndableOutput {
  readonly #spool = new OutputSpool();
  readonly #killed = Promise.withResolvers<number>();
  readonly #onSignal = (signal: NodeJS.Signals): void =>
    this.#killed.resolve(128 + constants.signals[signal]);

  constructor() {
    for (const signal of END_SIGNALS) process.on(signal, this.#onSignal);
  }

  /** Writes bytes. @returns the exit status if a signal has come. @throws TsmError `output`. */
  async write(bytes: Uint8Array): Promise<number | undefined> {
    const written = this.#spool.push(bytes).then(() => this.#spool.flush());
    const exitCode = await Promise.race([written, this.#killed.promise]);
    if (this.#spool.failure !== undefined) throw this.#spool.failure;
    return exitCode ?? undefined;
  }

  close(): void {
    for (const signal of END_SIGNALS) process.off(signal, this.#onSignal);
  }
}

interface PrintOptions extends Omit<FollowOptions, "name"> {
  output: EndableOutput;
}

async function printRuns(
  names: readonly string[],
  runs: readonly Promise<Result>[],
  context: CliContext,
  options: PrintOptions,
): Promise<number> {
  const entries: Record<string, unknown>[] = [];
  let status = 0;
  for (const [i, run] of runs.entries()) {
    const name = names[i] ?? "";
    const { code, error, json, output } = await run;
    const exitCode = error === undefined ? code : printError(error, context);
    status ||= exitCode;
    if (options.isJson) {
      const reason = error instanceof TsmError ? { error: error.message } : {};
      entries.push({ session: name, exitCode, ...json, ...reason });
    } else if (!options.isDetached) {
      const head = Buffer.from(`${i === 0 ? "" : "\n"}==> ${name} <==\n`);
      const killedWith = await options.output.write(Buffer.concat([head, output]));
      if (killedWith !== undefined) return killedWith;
    }
  }
  if (!options.isJson) return status;
  return (await options.output.write(Buffer.from(`${JSON.stringify(entries)}\n`))) ?? status;
}

interface Result {
  code: number;
  error: unknown;
  json: Record<string, unknown>;
  output: Uint8Array;
}

async function runOne(
  name: string,
  request: RunRequest,
  context: CliContext,
  options: Omit<FollowOptions, "name">,
): Promise<Result> {
  let follower: RunFollower | undefined;
  try {
    const run = await SessionRun.start(context.config, name, request);
    follower = new RunFollower(run, { ...options, name, isJson: true });
    const end = await follower.follow();
    const error = end === "timed-out" ? follower.timeOutError() : undefined;
    const code = end === "timed-out" ? 0 : end;
    const known = end === "timed-out" ? (follower.code ?? null) : end;
    const json = follower.toJson(options.isDetached ? null : known);
    return { code, error, json, output: follower.output };
  } catch (error) {
    const reason = withExitStatus125(failure("run in session", name, error));
    return { code: 0, error: reason, json: {}, output: follower?.output ?? new Uint8Array(0) };
  } finally {
    follower?.close();
  }
}
