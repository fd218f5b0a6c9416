import { currentSession } from "../../config/environment.ts";
import { quoteName } from "../../sessions/names.ts";
import { killSession } from "../../sessions/wire/requests.ts";
import { defineTsmCommand } from "../command.ts";
import { exitStatusOf, actOnSessions, outcomesAsJson } from "../act-on-sessions.ts";
import { namedOrCurrent } from "../session-names.ts";

export const killCommand = defineTsmCommand({
  usage: "tsm kill [--json] [name…]",
  description:
    "Ends sessions: their processes get SIGHUP, and SIGKILL if they do not exit. Without a name, " +
    "ends the session you are in. A pattern (*, ?, [a-z], in quotes) stands for all sessions that " +
    "it matches. If one cannot be ended, the others still are.",
  examples: [
    ["tsm kill work", "end one session"],
    ["tsm k api web db", "end several"],
    ["tsm k 'api-*'", "end all whose names begin with api-"],
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
    const current = currentSession(context.env);
    // The session around this process comes last, since ending it ends this process.
    const named = await namedOrCurrent(context, args._, "tsm kill [name…]");
    const names = named.sort((a, b) => Number(a === current) - Number(b === current));
    const outcomes = await actOnSessions(context, "kill session", names, async (name) => {
      await killSession(context.config, name);
      if (args.json !== true) context.print(`Session ${quoteName(name)} killed`);
    });
    if (args.json === true) context.print(outcomesAsJson(outcomes, "killed"));
    return exitStatusOf(outcomes);
  },
});
