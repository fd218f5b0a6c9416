import { currentSession } from "../config/environment.ts";
import { killSession } from "../sessions/requests.ts";
import { usageError } from "./arguments.ts";
import { defineTsmCommand } from "./command.ts";
import { failure, printError } from "./failure.ts";

export const killCommand = defineTsmCommand({
  usage: "tsm kill [name…]",
  description:
    "Ends sessions: their processes get SIGHUP, and SIGKILL when they stay. Without a name it is " +
    "the session that this is typed in. When one cannot be ended, the others still are.",
  examples: [
    ["tsm kill work", "end one session"],
    ["tsm k api web db", "end several"],
  ],
  args: {
    names: {
      type: "positional",
      required: false,
      valueHint: "session",
      description: "names of the sessions",
    },
  },
  async run(args, context) {
    const current = currentSession(context.env);
    const names = args._.length > 0 ? args._ : current === undefined ? [] : [current];
    if (names.length === 0) {
      throw usageError("No session named, and this is not inside one: tsm kill [name…]");
    }
    let status = 0;
    for (const name of new Set(names)) {
      try {
        await killSession(context.config, name);
        context.print(`Session "${name}" killed`);
      } catch (error) {
        printError(failure("kill session", name, error), context);
        status = 1;
      }
    }
    return status;
  },
});
