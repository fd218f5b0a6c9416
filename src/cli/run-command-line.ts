import { makeHarmless, makeLinesHarmless } from "../base/harmless-text.ts";
import { processEnvironment } from "../config/environment.ts";
import { defaultConfig } from "../config/find-config.ts";
import { ownCommand } from "../daemon/launch/own-command.ts";
import { keepFilesPrivate } from "../system/file-mask.ts";
import { RawMode } from "../pty/user-terminal/raw-mode.ts";
import { TerminalClaim } from "../pty/user-terminal/terminal-claim.ts";
import { countOwnWords, readArguments, usageError } from "./arguments.ts";
import { findCommand, type CliContext } from "./command.ts";
import { COMMANDS } from "./command-list.ts";
import { printError } from "./failure.ts";
import { writeError, writeOutput } from "./standard-streams.ts";
import { canShowPicker } from "./terminal-output.ts";
import { unknownCommand } from "./help/unknown-command.ts";

const STDIN = 0;

/**
 * Runs the command line and ends the process.
 * @param words what stands behind the program's name.
 */
export async function runCommandLine(words: readonly string[]): Promise<never> {
  keepFilesPrivate();
  const context = createContext();
  // Should ever nothing be left to wait for before there is an end, that is no success.
  process.exitCode = 1;
  try {
    process.exit(await dispatch(words, context));
  } catch (error) {
    TerminalClaim.giveBackAny(); // the message is read there
    process.exit(printError(error, context));
  }
}

async function dispatch(words: readonly string[], context: CliContext): Promise<number> {
  const [word = canShowPicker(context.env) ? "tui" : "list", ...rest] = words;
  const entry = findCommand(context.commands, word);
  if (entry === undefined) throw usageError(unknownCommand(word, context.commands));
  const command = await entry.load();

  // Behind the first argument of such a command another program's words begin.
  const own = command.takesRest === true ? rest.slice(0, countOwnWords(rest, command.args)) : rest;
  if (own.some((it) => it === "--help" || it === "-h") && !own.includes("--")) {
    return await dispatch(["help", entry.name], context);
  }
  const args = readArguments(own, command.args, command.usage);
  return (await command.run(args, context, rest.slice(own.length))) ?? 0;
}

function createContext(): CliContext {
  const env = processEnvironment();
  return {
    config: defaultConfig(env),
    env,
    commands: COMMANDS,
    self: ownCommand(),
    print: (text) => void writeOutput(asLines(makeLinesHarmless(text))),
    warn: (line) => writeError(asLines(makeHarmless(line))),
    write: (bytes) => writeOutput(Buffer.from(bytes)),
  };
}

/** A raw terminal makes no new line of LF alone. */
function asLines(text: string): Uint8Array {
  const lines = `${text}\n`;
  return Buffer.from(RawMode.isOn(STDIN) ? lines.replaceAll("\n", "\r\n") : lines);
}
