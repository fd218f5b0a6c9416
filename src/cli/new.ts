import { spawnDaemon } from "../daemon/spawn.ts";
import { defineTsmCommand } from "./command.ts";
import { spawnOptions } from "./session-options.ts";

export const newCommand = defineTsmCommand({
  usage: "tsm new <name> [command…]",
  description:
    "Creates a session and returns at once. Without a command it runs your shell as a login shell. " +
    "Everything behind the name is the command, its options included.",
  examples: [
    ["tsm new work", "a session with your shell"],
    ["tsm new build make -j4 all", "a session that runs a command and ends with it"],
  ],
  args: { name: { type: "positional", required: true, description: "name of the session" } },
  takesRest: true,
  async run({ name }, context, rest) {
    await spawnDaemon(await spawnOptions(context, name, rest));
    context.print(`Session "${name}" created`);
  },
});
