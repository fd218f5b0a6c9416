import { isatty } from "node:tty";

import { TsmError } from "../base/errors.ts";
import { MAX_PAYLOAD_SIZE } from "../protocol/frame.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import { SessionRun } from "../sessions/session-run.ts";
import { usageError } from "./arguments.ts";
import { createIfMissing } from "./attach.ts";
import { commandText } from "./command-text.ts";
import { defineTsmCommand } from "./command.ts";
import { parseDurationMs } from "./duration.ts";
import { asOwnFailure } from "./exit-codes.ts";
import { failure } from "./failure.ts";
import { followRun } from "./follow-run.ts";
import { fullName } from "./session-names.ts";

const USAGE = "tsm run <name> [-d] [--timeout S] [-- command…]";
const STDIN = 0;

export const runCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "Runs a command in a session's shell, which keeps what it changes there: directory, variables, " +
    "functions. Prints its output alone and ends with its exit status; a missing session is " +
    "created. One word is shell text; several are a program and its arguments, taken as they are. " +
    "Without a command, the script on standard input is run in a shell of its own inside that one, " +
    "or by the interpreter in its first line. A shell that is not at its prompt is an error. " +
    "Ctrl+C interrupts the command. Exit status 124: timed out; 125: not run, or its end is not " +
    "known.",
  examples: [
    ["tsm run work -- make -j4 test", "run a program, wait, and end as it does"],
    ["tsm run work -- 'cd api && npm ci'", "shell text; the session is in api afterwards"],
    ["tsm run work < deploy.sh", "run a script"],
    ["tsm run server -d -- npm start", "start it and return; 'tsm wait server' waits for its end"],
  ],
  args: {
    name: {
      type: "positional",
      required: true,
      valueHint: "session",
      description: "name of the session",
    },
    detach: { type: "boolean", alias: "d", description: "return as soon as it has begun" },
    timeout: {
      type: "string",
      valueHint: "S",
      description: "wait so long at most: 30, 0.5, 10m, 2h; it goes on",
    },
    interrupt: { type: "boolean", description: "interrupt it after that time, as Ctrl+C does" },
    wait: { type: "boolean", alias: "w", description: "wait for a busy shell" },
    json: { type: "boolean", description: "print one JSON object at the end" },
  },
  takesRest: true,
  async run(args, context, rest) {
    const name = fullName(context, args.name);
    const timeoutMs =
      args.timeout === undefined ? undefined : parseDurationMs(args.timeout, "--timeout");
    if (args.interrupt === true && timeoutMs === undefined) {
      throw usageError(`--interrupt needs --timeout: ${USAGE}`);
    }
    const words = wordsOf(rest);
    const text = words.length > 0 ? encodeUtf8(commandText(words)) : await readScript();
    try {
      await createIfMissing(context, name);
      const run = await SessionRun.start(context.config, name, {
        text,
        isScript: words.length === 0,
        isDetached: args.detach === true,
        isPatient: args.wait === true,
      });
      return await followRun(run, context, {
        name,
        isDetached: args.detach === true,
        interrupts: args.interrupt === true,
        isJson: args.json === true,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      });
    } catch (error) {
      throw asOwnFailure(describeFailure(name, error));
    }
  },
});

function describeFailure(name: string, error: unknown): unknown {
  const isSaid = error instanceof TsmError && /^[A-Z]/.test(error.message);
  return isSaid ? error : failure("run in session", name, error);
}

/** The command behind the name and the options. */
function wordsOf(rest: readonly string[]): readonly string[] {
  const [first] = rest;
  if (first === "--") {
    if (rest.length === 1) throw usageError(`No command behind --: ${USAGE}`);
    return rest.slice(1);
  }
  if (first?.startsWith("-") === true) throw usageError(`Unknown option '${first}': ${USAGE}`);
  return rest;
}

async function readScript(): Promise<Uint8Array> {
  if (isatty(STDIN)) throw usageError(`No command, and no script on standard input: ${USAGE}`);
  const script = await Bun.stdin.bytes();
  if (script.byteLength === 0) throw usageError(`The script on standard input is empty: ${USAGE}`);
  checkText(script);
  return script;
}

function checkText(text: Uint8Array): void {
  if (text.includes(0)) throw usageError("A script cannot hold NUL bytes");
  if (text.byteLength < MAX_PAYLOAD_SIZE) return;
  throw usageError("The script is longer than 16 MiB", "Write it to a file and run that.");
}
