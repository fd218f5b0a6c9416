import { detachSession } from "../../sessions/wire/requests.ts";
import { defineTsmCommand } from "../command.ts";
import { exitStatusOf, actOnSessions, outcomesAsJson } from "../act-on-sessions.ts";
import { namedOrCurrent } from "../session-names.ts";

export const detachCommand = defineTsmCommand({
  usage: "tsm detach [--json] [name…]",
  description:
    "Detaches all clients of sessions; the sessions keep running. Without a name, acts on the " +
    "session you are in. A pattern (*, ?, [a-z], in quotes) stands for all sessions that it " +
    "matches.",
  examples: [
    ["tsm detach work", "detach all clients of work"],
    ["tsm d", "leave the session you are in"],
  ],
  args: {
    names: {
      type: "positional",
      required: false,
      valueHint: "session",
      description: "names of the sessions, or patterns",
    },
    json: { type: "boolean", description: "print the result for each session as JSON" },
  },
  async run(args, context) {
    const names = await namedOrCurrent(context, args._, "tsm detach [name…]");
    const outcomes = await actOnSessions(context, "detach session", names, (name) =>
      detachSession(context.config, name),
    );
    if (args.json === true) context.print(outcomesAsJson(outcomes, "detached"));
    return exitStatusOf(outcomes);
  },
});
