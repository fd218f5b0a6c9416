import { detachSession } from "../../sessions/wire/requests.ts";
import { defineTsmCommand } from "../command.ts";
import { exitStatusOf, forEachSession, outcomesAsJson } from "../act-on-sessions.ts";
import { namedOrCurrent } from "../session-names.ts";

export const detachCommand = defineTsmCommand({
  usage: "tsm detach [--json] [name…]",
  description:
    "Detaches every client of sessions; the sessions live on. Without a name it is the session " +
    "that this is typed in. A pattern (*, ?, [a-z], in quotes) stands for all sessions that it " +
    "matches.",
  examples: [
    ["tsm detach work", "send all clients of work home"],
    ["tsm d", "leave the session you are in"],
  ],
  args: {
    names: {
      type: "positional",
      required: false,
      valueHint: "session",
      description: "names of the sessions, or patterns",
    },
    json: { type: "boolean", description: "print JSON, what has become of each" },
  },
  async run(args, context) {
    const names = await namedOrCurrent(context, args._, "tsm detach [name…]");
    const outcomes = await forEachSession(context, "detach session", names, (name) =>
      detachSession(context.config, name),
    );
    if (args.json === true) context.print(outcomesAsJson(outcomes, "detached"));
    return exitStatusOf(outcomes);
  },
});
