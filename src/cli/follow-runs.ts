import { TsmError } from "../base/errors.ts";
import { SessionRun } from "../sessions/session-run.ts";
import type { RunRequest } from "../protocol/run-command.ts";
import type { CliContext } from "./command.ts";
import { asOwnFailure } from "./exit-codes.ts";
import { failure, printError } from "./failure.ts";
import { RunFollower, type FollowOptions } from "./follow-run.ts";

/**
 * Runs the same in several sessions at the same time, and prints the output of one after the other,
 * each below its session's name.
 * @returns the exit status: the first in the order of the names that is not 0.
 */
export async function followRuns(
  names: readonly string[],
  request: RunRequest,
  context: CliContext,
  options: Omit<FollowOptions, "name">,
): Promise<number> {
  const runs = names.map((name) => runOne(name, request, context, options));
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
      context.write(`${i === 0 ? "" : "\n"}==> ${name} <==\n`);
      context.write(output);
    }
  }
  if (options.isJson) context.print(JSON.stringify(entries));
  return status;
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
    const reason = asOwnFailure(failure("run in session", name, error));
    return { code: 0, error: reason, json: {}, output: follower?.output ?? new Uint8Array(0) };
  } finally {
    follower?.close();
  }
}
