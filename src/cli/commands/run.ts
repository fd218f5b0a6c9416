import { isatty } from "node:tty";

import { TsmError } from "../../base/errors.ts";
import { currentSession, defaultShell } from "../../config/environment.ts";
import { MAX_PAYLOAD_SIZE } from "../../protocol/frame.ts";
import type { RunRequest } from "../../protocol/run-command.ts";
import { encodeUtf8 } from "../../protocol/utf8.ts";
import { sessionNames } from "../../sessions/list.ts";
import { quoteName } from "../../sessions/names.ts";
import { resetShell, SessionRun } from "../../sessions/wire/session-run.ts";
import { runShellOf } from "../../shell/run-shell.ts";
import { readStandardInput } from "../standard-input.ts";
import { usageError } from "../arguments.ts";
import { createIfMissing } from "../attach/create-if-missing.ts";
import { commandText } from "../run/command-text.ts";
import { defineTsmCommand, type CliContext } from "../command.ts";
import { parseDurationMs } from "../duration.ts";
import { withExitStatus125, failingWith125 } from "../exit-codes.ts";
import { failure } from "../failure.ts";
import { followRuns } from "../run/follow-runs.ts";
import { followRun } from "../run/follow-run.ts";
import { fullName, isPattern, namedSessions } from "../session-names.ts";

const USAGE =
  "tsm run <name> [-d] [-w] [--timeout S [--interrupt]] [--json] [-- command…], " +
  "or tsm run --reset <name>";
const STDIN = 0;
const SCRIPT_LIMIT = {
  maxBytes: MAX_PAYLOAD_SIZE - 1,
  tooLong: ["The script is longer than 16 MiB", "Write it to a file and run that."],
} as const;

export const runCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "Runs a command in a session's shell, where its changes to directory, variables and functions " +
    "remain. Prints only the command's output and exits with its status; a missing session is " +
    "created. One word is shell text; several are a program and its arguments, passed on " +
    "unchanged. Without a command, the script on standard input runs in a separate shell inside " +
    "the session's shell, or in the interpreter that its first line names. Fails if the shell is " +
    "busy; --wait waits for it. A pattern (*, ?, […]) runs the command in all matching sessions " +
    "at once. Ctrl+C interrupts the command. Exit status 124: timed out; 125: not run, or its " +
    "exit status is unknown. --reset runs nothing: it presses Ctrl+C until the shell is at its " +
    "prompt, and frees a session from a command that never ends.",
  examples: [
    ["tsm run work -- make -j4 test", "run a program and exit with its status"],
    ["tsm run work -- 'cd api && npm ci'", "shell text; the session is in api afterwards"],
    ["tsm run work < deploy.sh", "run a script"],
    ["tsm run --reset work", "interrupt whatever the shell is doing"],
    ["tsm run server -d -- npm start", "start it and return; 'tsm wait server' waits for its end"],
  ],
  args: {
    name: {
      type: "positional",
      required: true,
      valueHint: "session",
      description: "name of the session, or a pattern",
    },
    detach: {
      type: "boolean",
      alias: "d",
      description: "return as soon as the command has started",
    },
    timeout: {
      type: "string",
      valueHint: "S",
      description: "stop waiting after S (30, 0.5, 10m, 2h); the command keeps running",
    },
    interrupt: {
      type: "boolean",
      description: "interrupt the command after the timeout, as Ctrl+C does",
    },
    wait: { type: "boolean", alias: "w", description: "wait until the shell is free" },
    reset: {
      type: "boolean",
      description: "interrupt the shell until it is at its prompt",
    },
    json: { type: "boolean", description: "print one JSON object at the end" },
  },
  takesRest: true,
  async run(args, context, rest) {
    const timeoutMs =
      args.timeout === undefined ? undefined : parseDurationMs(args.timeout, "--timeout");
    if (args.interrupt === true && timeoutMs === undefined) {
      throw usageError(`--interrupt needs --timeout: ${USAGE}`);
    }
    if (args.reset === true) {
      if (rest.length > 0) throw usageError(`--reset runs no command: ${USAGE}`);
      return await resetShells(args.name, context, args.json === true);
    }
    const words = wordsOf(rest);
    if (words.length > 0 && words.join("").trim() === "") {
      throw usageError(`The command is empty: ${USAGE}`);
    }
    const text = words.length > 0 ? encodeUtf8(commandText(words)) : await readScript();
    const isDetached = args.detach === true;
    const request: RunRequest = {
      text,
      isScript: words.length === 0,
      isDetached,
      isPatient: args.wait === true,
    };
    const options = {
      isDetached,
      interrupts: args.interrupt === true,
      isJson: args.json === true,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    };
    if (isPattern(context, args.name)) {
      const names = failingWith125(() => namedSessions(context, [args.name]));
      return await followRuns(names, request, context, options);
    }
    const name = fullName(context, args.name);
    try {
      await createForRun(context, name);
      const run = await SessionRun.start(context.config, name, request);
      return await followRun(run, context, { ...options, name });
    } catch (error) {
      throw withExitStatus125(failure("run in session", name, error));
    }
  },
});

/** Tries every matching session; the first failure is reported at the end. */
async function resetShells(word: string, context: CliContext, isJson: boolean): Promise<number> {
  const names = failingWith125(() => namedSessions(context, [word]));
  let firstFailure: unknown;
  for (const name of names) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, in the order of the names
      await resetShell(context.config, name);
      if (!isJson) context.print(`Session ${quoteName(name)} is at its prompt`);
    } catch (error) {
      firstFailure ??= withExitStatus125(failure("reset session", name, error));
    }
  }
  if (firstFailure !== undefined) throw firstFailure;
  if (isJson) context.print(JSON.stringify(names.map((name) => ({ session: name, reset: true }))));
  return 0;
}

/** @throws TsmError before creating a session in which nothing could be run. */
async function createForRun(context: CliContext, name: string): Promise<void> {
  if (currentSession(context.env) === name) {
    throw new TsmError(
      "busy",
      `Cannot run in session ${quoteName(name)}: this command is inside it.`,
      {
        remedy: "Run the command directly, or in another session.",
      },
    );
  }
  const shell = defaultShell(context.env);
  if (!sessionNames(context.config).includes(name) && runShellOf([shell]) === undefined) {
    throw new TsmError(
      "busy",
      `Cannot run anything in a new session: ${quoteName(shell)} is not a shell that tsm can run commands in.`,
      {
        remedy: "Set SHELL to bash, zsh, fish or sh.",
      },
    );
  }
  await createIfMissing(context, name);
}

/** The command after the name and the options. */
function wordsOf(rest: readonly string[]): readonly string[] {
  const [first] = rest;
  if (first === "--") {
    if (rest.length === 1) throw usageError(`No command after --: ${USAGE}`);
    return rest.slice(1);
  }
  if (first?.startsWith("-") === true) throw usageError(`Unknown option '${first}': ${USAGE}`);
  return rest;
}

async function readScript(): Promise<Uint8Array> {
  if (isatty(STDIN)) throw usageError(`No command, and no script on standard input: ${USAGE}`);
  const script = await readStandardInput(SCRIPT_LIMIT);
  if (script.byteLength === 0) throw usageError(`The script on standard input is empty: ${USAGE}`);
  checkText(script);
  return script;
}

function checkText(text: Uint8Array): void {
  if (text.includes(0)) throw usageError("A script cannot contain NUL bytes");
  if (text.byteLength > SCRIPT_LIMIT.maxBytes) throw usageError(...SCRIPT_LIMIT.tooLong);
}
