import { captureSession } from "../../sessions/wire/watch.ts";
import { readHistory } from "../../terminal/read/read-snapshot.ts";
import { plainLines } from "../../terminal/read/styled-line.ts";
import { vtLine } from "../../terminal/read/vt-line.ts";
import { usageError } from "../arguments.ts";
import { defineTsmCommand, type CliContext } from "../command.ts";
import { followSession } from "../read/follow-session.ts";
import { JsonPrinter, RawPrinter, TextPrinter, type LivePrinter } from "../read/live-printers.ts";
import { refuseToFollowItself } from "../attach/outer-session.ts";
import { readEachAsText, readEachAsLines, selectSessions } from "../read/read-sessions.ts";
import { joinLines, lastOf, parseLineCount } from "../read/read-options.ts";
import { warnOfMissingLines } from "../read/terminal-facts.ts";

const USAGE = "tsm tail [-f] [-n N] [--plain|--json] <name…>";
const DEFAULT_LINES = "10";

type Format = "vt" | "plain" | "json";

export const tailCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "Prints the last lines of sessions with colours and links. With --follow, then prints a " +
    "session's new output, byte for byte, until the session ends, and exits with its status. " +
    "Ctrl+C ends this command, not the session. --plain and --json print only the text. Names may " +
    "be patterns (*, ?, […]).",
  examples: [
    ["tsm tail work", "the last ten lines"],
    ["tsm tail -f work", "and new output"],
    ["tsm tail -f --plain build | grep -i error", "only text, as it is printed"],
  ],
  args: {
    names: {
      type: "positional",
      required: true,
      valueHint: "session",
      description: "names of the sessions, or patterns; one with --follow",
    },
    follow: { type: "boolean", alias: "f", description: "keep printing until the session ends" },
    lines: {
      type: "string",
      alias: "n",
      default: DEFAULT_LINES,
      valueHint: "N",
      description: `the last N lines (default: ${DEFAULT_LINES})`,
    },
    plain: { type: "boolean", description: "plain text" },
    json: { type: "boolean", description: 'one object per line: {"line": "…"}' },
  },
  async run({ _: words, follow, lines, plain, json }, context) {
    if (plain === true && json === true) {
      throw usageError(`--plain and --json exclude each other: ${USAGE}`);
    }
    const format: Format = json === true ? "json" : plain === true ? "plain" : "vt";
    const count = parseLineCount(lines, USAGE);
    const sessions = selectSessions(context, words);
    if (follow === true) {
      const [name = "", other] = sessions.names;
      if (other !== undefined) throw usageError(`--follow takes one session: ${USAGE}`);
      await refuseToFollowItself(context, name);
      return await followSession(context, name, count, livePrinter(format));
    }
    const read = (name: string): Promise<string[]> => readLastLines(context, name, count, format);
    if (format === "json") return await readEachAsLines(context, sessions, read);
    return await readEachAsText(context, sessions, async (name) => joinLines(await read(name)));
  },
});

async function readLastLines(
  context: CliContext,
  name: string,
  count: number,
  format: Format,
): Promise<string[]> {
  const snapshot = await captureSession(context.config, name, count);
  warnOfMissingLines(context, name, snapshot);
  const { lines } = readHistory(snapshot);
  return [...lastOf(format === "vt" ? lines.map(vtLine) : plainLines(lines), count)];
}

function livePrinter(format: Format): LivePrinter {
  switch (format) {
    case "vt":
      return new RawPrinter();
    case "plain":
      return new TextPrinter();
    case "json":
      return new JsonPrinter();
  }
}
