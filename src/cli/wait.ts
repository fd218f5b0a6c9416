import { TsmError } from "../base/errors.ts";
import type { WaitEnd } from "../protocol/tasks.ts";
import { quoteName } from "../sessions/names.ts";
import { waitForEnd } from "../sessions/session-wait.ts";
import { printable, usageError } from "./arguments.ts";
import { defineTsmCommand, type CliContext } from "./command.ts";
import { parseDurationMs } from "./duration.ts";
import { asOwnFailure, EXIT_NOT_RUN, timedOut } from "./exit-codes.ts";
import { failure, printError } from "./failure.ts";
import { namedSessions } from "./session-names.ts";
import { waitForOutput, waitForSilence, type OutputTest } from "./wait-for-output.ts";

const USAGE = "tsm wait <name…> [--timeout S] [--until TEXT|--until-regex RE|--idle S]";

export const waitCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "Waits until the command that 'tsm run -d' has started has ended, else the session's own " +
    "command, and ends with its exit status; of several sessions with the first one that is not 0. " +
    "A session created with --hold is gone then. With --until it waits for output instead: in that " +
    "of the last 'tsm run', else in all that is there, and in what comes; --idle waits until nothing " +
    "is printed for some time. Exit status 124: timed out; 125: the session, or the command, has " +
    "ended without what was waited for, or cannot be waited for.",
  examples: [
    ["tsm wait build", "end as the command in build does"],
    ["tsm wait 'job-*' --timeout 10m", "all of them, ten minutes at most"],
    ["tsm wait server --until 'listening on' --timeout 60", "until it has said so"],
    ["tsm wait work --idle 2", "until it has been silent for two seconds"],
  ],
  args: {
    names: {
      type: "positional",
      required: true,
      valueHint: "session",
      description: "names of sessions, or patterns",
    },
    timeout: { type: "string", valueHint: "S", description: "wait so long at most" },
    until: { type: "string", valueHint: "TEXT", description: "until this has been printed" },
    "until-regex": {
      type: "string",
      valueHint: "RE",
      description: "until something has been printed that this matches",
    },
    idle: { type: "string", valueHint: "S", description: "until nothing is printed for so long" },
    json: { type: "boolean", description: "print what has ended, and how, as JSON" },
  },
  async run(args, context) {
    const work = chooseWork(args);
    const timeoutMs =
      args.timeout === undefined ? undefined : parseDurationMs(args.timeout, "--timeout");
    const names = chooseNames(context, args._);
    const controller = new AbortController();
    const { promise: timeout, reject } = Promise.withResolvers<never>();
    const left = new Set(names);
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            controller.abort();
            reject(notInTime([...left], timeoutMs));
          }, timeoutMs);
    const waits = names.map(async (name) => {
      const outcome = await work(context, name, controller.signal).catch((error: unknown) => {
        throw asOwnFailure(describeFailure(name, error));
      });
      left.delete(name);
      return outcome;
    });
    const all = Promise.allSettled(waits);
    const results = await Promise.race([all, timeout]);
    clearTimeout(timer);
    return report(names, results, context, args.json === true);
  },
});

function chooseNames(context: CliContext, words: readonly string[]): string[] {
  try {
    return namedSessions(context, words);
  } catch (error) {
    throw asOwnFailure(error);
  }
}

/** What has come of waiting for one session. */
interface Outcome {
  exitCode: number;
  /** What has happened, for JSON. */
  event: "run-ended" | "session-ended" | "output" | "idle";
  /** The line that was waited for. */
  line?: string;
}

type Work = (context: CliContext, name: string, signal: AbortSignal) => Promise<Outcome>;

interface Choice {
  until?: string | undefined;
  "until-regex"?: string | undefined;
  idle?: string | undefined;
}

function chooseWork({ until, "until-regex": regex, idle }: Choice): Work {
  const chosen = [until, regex, idle].filter((it) => it !== undefined);
  if (chosen.length > 1) {
    throw usageError(`--until, --until-regex and --idle exclude each other: ${USAGE}`);
  }
  if (until === "") throw usageError(`--until needs a text: ${USAGE}`);
  if (until !== undefined) return untilOutput((text) => text.indexOf(until));
  if (regex !== undefined) {
    const pattern = parseRegex(regex);
    return untilOutput((text) => text.search(pattern));
  }
  if (idle !== undefined) {
    const idleMs = parseDurationMs(idle, "--idle");
    return async ({ config }, name) => {
      await waitForSilence(config, name, idleMs);
      return { exitCode: 0, event: "idle" };
    };
  }
  return async ({ config }, name, signal) => {
    const { what, code }: WaitEnd = await waitForEnd(config, name, { signal, keeps: false });
    return { exitCode: code, event: `${what}-ended` };
  };
}

function untilOutput(test: OutputTest): Work {
  return async ({ config }, name, signal) => {
    const line = await waitForOutput(config, name, test, signal);
    return { exitCode: 0, event: "output", line };
  };
}

function parseRegex(text: string): RegExp {
  try {
    return new RegExp(text, "mu");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw usageError(
      `--until-regex cannot be '${printable(text)}': it is no regular expression`,
      "It is one as in JavaScript, with the flags m and u.",
    );
  }
}

function notInTime(names: readonly string[], timeoutMs: number): TsmError {
  const list = names.map(quoteName).join(", ");
  return timedOut(`Waited ${timeoutMs / 1000} s in vain for ${list}.`, "It goes on as before.");
}

function describeFailure(name: string, error: unknown): unknown {
  const isSaid = error instanceof TsmError && /^[A-Z]/.test(error.message);
  return isSaid ? error : failure("wait for session", name, error);
}

/** @returns the exit status: the first in the order of the names that is not 0. */
function report(
  names: readonly string[],
  results: readonly PromiseSettledResult<Outcome>[],
  context: CliContext,
  isJson: boolean,
): number {
  let status = 0;
  const entries: Record<string, unknown>[] = [];
  results.forEach((result, i) => {
    const session = names[i] ?? "";
    if (result.status === "fulfilled") {
      status ||= result.value.exitCode;
      entries.push({ session, ...result.value });
    } else {
      const exitCode = printError(result.reason, context) || EXIT_NOT_RUN;
      status ||= exitCode;
      const error = result.reason instanceof TsmError ? result.reason.message : "";
      entries.push({ session, exitCode, event: "error", error });
    }
  });
  if (isJson) context.print(JSON.stringify(entries));
  return status;
}
