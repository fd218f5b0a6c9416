import { ALL_LINES } from "../../protocol/watch.ts";
import { captureSession, type SessionSnapshot } from "../../sessions/wire/watch.ts";
import { htmlDocument } from "../../terminal/read/html-document.ts";
import { readHistory, type History } from "../../terminal/read/read-snapshot.ts";
import { plainLines } from "../../terminal/read/styled-line.ts";
import { vtLine } from "../../terminal/read/vt-line.ts";
import { usageError } from "../arguments.ts";
import { defineTsmCommand } from "../command.ts";
import { readEachAsText, readEachAsObject, selectSessions } from "../read/read-sessions.ts";
import {
  chooseFormat,
  joinLines,
  lastOf,
  parseLineCount,
  type ReadFormat,
} from "../read/read-options.ts";
import { factsJson, warnOfMissingLines } from "../read/terminal-facts.ts";

const USAGE = "tsm history [--plain|--vt|--html|--json] [-n N] <name…>";

export const historyCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "Prints the scrollback and the screen of sessions, with wrapped lines joined: on a terminal " +
    "with colours and links, elsewhere as text. No other control sequences are printed. While a " +
    "program uses the alternate screen, that screen follows the normal one. Names may be patterns " +
    "(*, ?, […]).",
  examples: [
    ["tsm history work | less", "read what was printed"],
    ["tsm history --html work > work.html", "with colours, for a browser"],
    ["tsm history -n 100 'api-*'", "the last 100 lines of several sessions"],
  ],
  args: {
    names: {
      type: "positional",
      required: true,
      valueHint: "session",
      description: "names of the sessions, or patterns",
    },
    plain: { type: "boolean", description: "plain text" },
    vt: { type: "boolean", description: "with colours and links, for terminals" },
    html: { type: "boolean", description: "an HTML page of one session" },
    json: { type: "boolean", description: "text, cursor, size, title and directory as JSON" },
    lines: { type: "string", alias: "n", valueHint: "N", description: "only the last N lines" },
  },
  async run({ _: words, plain, vt, html, json, lines }, context) {
    const format = chooseFormat({ plain, vt, html, json }, context.env, USAGE);
    const count = lines === undefined ? undefined : parseLineCount(lines, USAGE);
    const sessions = selectSessions(context, words);
    if (format === "html" && sessions.names.length > 1) {
      throw usageError(`--html takes one session: ${USAGE}`);
    }
    const capture = async (name: string): Promise<SessionSnapshot> => {
      const snapshot = await captureSession(context.config, name, count ?? ALL_LINES);
      warnOfMissingLines(context, name, snapshot);
      return snapshot;
    };
    if (format === "json") {
      return await readEachAsObject(context, sessions, async (name) =>
        historyJson(name, await capture(name), count),
      );
    }
    return await readEachAsText(context, sessions, async (name) =>
      formatHistory(name, readHistory(await capture(name)), format, count),
    );
  },
});

function formatHistory(
  name: string,
  history: History,
  format: Exclude<ReadFormat, "json">,
  count: number | undefined,
): string {
  switch (format) {
    case "plain":
      return joinLines(lastOf(plainLines(history.lines), count));
    case "vt":
      return joinLines(lastOf(history.lines, count).map(vtLine));
    case "html":
      return htmlDocument(name, lastOf(history.lines, count), history.palette);
  }
}

function historyJson(name: string, snapshot: SessionSnapshot, count: number | undefined): object {
  const history = readHistory(snapshot);
  const all = plainLines(history.lines);
  const lines = lastOf(all, count);
  const left = all.length - lines.length;
  return {
    ...factsJson(name, history, lines, snapshot.isTextOnly),
    // Of a screen without text, or one that is cut off, nothing is there.
    screenLine: Math.max(0, Math.min(history.screenLine, all.length) - left),
  };
}
