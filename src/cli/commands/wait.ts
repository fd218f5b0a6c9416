import { makeHarmless } from "../../base/harmless-text.ts";
import { TsmError } from "../../base/errors.ts";
import type { WaitEnd } from "../../protocol/wait.ts";
import { quoteName } from "../../sessions/names.ts";
import { waitForEnd } from "../../sessions/wire/session-wait.ts";
import { usageError } from "../arguments.ts";
import { defineTsmCommand, type CliContext } from "../command.ts";
import { parseDurationMs } from "../duration.ts";
import { withExitStatus125, failingWith125, timedOut } from "../exit-codes.ts";
import { failure, printError } from "../failure.ts";
import { lineRegex } from "../wait/line-regex.ts";
import { namedSessions } from "../session-names.ts";
import { waitForOutput, waitForSilence, type OutputTest } from "../wait/wait-for-output.ts";

const USAGE = "tsm wait [--timeout S] [--until TEXT|--until-regex RE|--idle S] [--json] <name…>";

export const waitCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "Waits until the command started by 'tsm run -d' ends, or else the session's own command, and " +
    "exits with its status; for several sessions, with the first status that is not 0. Waiting " +
    "for a --hold session also removes it. With --until, waits for output instead: searches the " +
    "output of the last 'tsm run' (or the whole scrollback), then new output. --idle waits until " +
    "nothing has been printed for some time. Exit status 124: timed out; 125: the session or the " +
    "command ended without the expected output, or cannot be waited for.",
  examples: [
    ["tsm wait build", "exit with the status of the command in build"],
    ["tsm wait 'job-*' --timeout 10m", "all of them, at most ten minutes"],
    ["tsm wait server --until 'listening on' --timeout 60", "until it prints that"],
    ["tsm wait work --idle 2", "until it has been silent for two seconds"],
  ],
  args: {
    names: {
      type: "positional",
      required: true,
      valueHint: "session",
      description: "names of sessions, or patterns",
    },
    timeout: { type: "string", valueHint: "S", description: "stop waiting after S" },
    until: { type: "string", valueHint: "TEXT", description: "until this text is printed" },
    "until-regex": {
      type: "string",
      valueHint: "RE",
      description: "until the output matches this regular expression",
    },
    idle: { type: "string", valueHint: "S", description: "until nothing has been printed for S" },
    json: { type: "boolean", description: "print what ended, and how, as JSON" },
  },
  async run(args, context) {
    const work = chooseWork(args);
    const timeoutMs =
      args.timeout === undefined ? undefined : parseDurationMs(args.timeout, "--timeout");
    const names = failingWith125(() => namedSessions(context, args._));
    const results = new WaitResults(names, context);
    const controller = new AbortController();
    const timeout = Promise.withResolvers<"timed-out">();
    if (timeoutMs !== undefined) setTimeout(() => timeout.resolve("timed-out"), timeoutMs);
    const all = Promise.all(
      names.map((name) => results.follow(name, work(context, name, controller.signal))),
    );
    const end = await Promise.race([all, timeout.promise]);
    controller.abort();
    if (args.json === true) context.print(JSON.stringify(results.toJson()));
    if (end === "timed-out") throw notInTime(results.left, timeoutMs ?? 0);
    return results.status;
  },
});

/** The results of waiting for several sessions at the same time. */
class WaitResults {
  readonly #names: readonly string[];
  readonly #context: CliContext;
  readonly #results = new Map<string, Record<string, unknown> & { exitCode: number }>();

  constructor(names: readonly string[], context: CliContext) {
    this.#names = names;
    this.#context = context;
  }

  /** Names of sessions without a result yet. */
  get left(): string[] {
    return this.#names.filter((name) => !this.#results.has(name));
  }

  /** The exit status: the first in the order of the names that is not 0. */
  get status(): number {
    const codes = this.#names.map((name) => this.#results.get(name)?.exitCode ?? 0);
    return codes.find((code) => code !== 0) ?? 0;
  }

  /** Records the result of one session; a failure is printed at once. */
  async follow(name: string, work: Promise<WaitOutcome>): Promise<void> {
    try {
      this.#results.set(name, { ...(await work) });
    } catch (error) {
      const reason = withExitStatus125(failure("wait for session", name, error));
      const exitCode = printError(reason, this.#context);
      const text = reason instanceof TsmError ? reason.message : "unexpected failure";
      this.#results.set(name, { exitCode, event: "error", error: text });
    }
  }

  toJson(): Record<string, unknown>[] {
    return this.#names.map((session) => ({
      session,
      ...(this.#results.get(session) ?? { exitCode: null, event: "timed-out" }),
    }));
  }
}

/** The result of waiting for one session. */
interface WaitOutcome {
  exitCode: number;
  /** What happened, for JSON. */
  event: "run-ended" | "session-ended" | "output" | "idle";
  /** The line that was waited for. */
  line?: string;
}

type Work = (context: CliContext, name: string, signal: AbortSignal) => Promise<WaitOutcome>;

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
    return lineRegex(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw usageError(
      `--until-regex cannot be '${makeHarmless(text)}': it is not a regular expression`,
      "Use the syntax of JavaScript, with the flags m and u.",
    );
  }
}

function notInTime(names: readonly string[], timeoutMs: number): TsmError {
  const list = names.map(quoteName).join(", ");
  const verb = names.length === 1 ? "is" : "are";
  return timedOut(
    `Gave up after ${timeoutMs / 1000} s: ${list} ${verb} still running.`,
    "Nothing was interrupted. Run the same command to keep waiting.",
  );
}
