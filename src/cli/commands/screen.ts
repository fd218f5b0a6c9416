import { captureSession, type SessionSnapshot } from "../../sessions/wire/watch.ts";
import { readScreen } from "../../terminal/read/read-snapshot.ts";
import { plainLine, plainLines } from "../../terminal/read/styled-line.ts";
import { vtLine } from "../../terminal/read/vt-line.ts";
import { defineTsmCommand } from "../command.ts";
import { readEachAsText, readEachAsObject, selectSessions } from "../read/read-sessions.ts";
import { chooseFormat, joinLines } from "../read/read-options.ts";
import { factsJson } from "../read/terminal-facts.ts";

const USAGE = "tsm screen [--plain|--json] <name…>";

export const screenCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "Prints the current screens of sessions, one line per row down to the last used one: on a " +
    "terminal with colours and links, elsewhere as text. Names may be patterns (*, ?, […]).",
  examples: [
    ["tsm screen work", "what an attached client sees"],
    ["tsm screen --json work | jq .cursor", "for programs"],
  ],
  args: {
    names: {
      type: "positional",
      required: true,
      valueHint: "session",
      description: "names of the sessions, or patterns",
    },
    plain: { type: "boolean", description: "plain text" },
    json: { type: "boolean", description: "all rows, cursor, size, title and directory as JSON" },
  },
  async run({ _: words, plain, json }, context) {
    const format = chooseFormat({ plain, json }, context.env, USAGE);
    const sessions = selectSessions(context, words);
    const capture = (name: string): Promise<SessionSnapshot> =>
      captureSession(context.config, name, 0);
    if (format === "json") {
      return await readEachAsObject(context, sessions, async (name) => {
        const snapshot = await capture(name);
        const screen = readScreen(snapshot);
        return factsJson(name, screen, screen.lines.map(plainLine), snapshot.isTextOnly);
      });
    }
    return await readEachAsText(context, sessions, async (name) => {
      const { lines } = readScreen(await capture(name));
      if (format === "plain") return joinLines(plainLines(lines));
      const used = lines.findLastIndex((line) => line.length > 0) + 1;
      return joinLines(lines.slice(0, used).map(vtLine));
    });
  },
});
