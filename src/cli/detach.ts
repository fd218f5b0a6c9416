import { currentSession } from "../config/environment.ts";
import { detachSession } from "../sessions/requests.ts";
import { usageError } from "./arguments.ts";
import { defineTsmCommand } from "./command.ts";
import { failure } from "./failure.ts";

export const detachCommand = defineTsmCommand({
  usage: "tsm detach [name]",
  description:
    "Detaches every client of a session; the session lives on. Without a name it is the session " +
    "that this is typed in.",
  examples: [
    ["tsm detach work", "send all clients of work home"],
    ["tsm d", "leave the session you are in"],
  ],
  args: {
    name: {
      type: "positional",
      required: false,
      valueHint: "session",
      description: "name of the session",
    },
  },
  async run({ name }, context) {
    const session = name ?? currentSession(context.env);
    if (session === undefined) {
      throw usageError("No session named, and this is not inside one: tsm detach [name]");
    }
    await detachSession(context.config, session).catch((error: unknown) => {
      throw failure(`detach session`, session, error);
    });
  },
});
