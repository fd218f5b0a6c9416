import { spawnDaemon } from "../daemon/spawn.ts";
import { defineTsmCommand } from "./command.ts";
import { spawnOptions } from "./session-options.ts";
import { createWorktreeSessions } from "./worktree-sessions.ts";

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
    // A `--` in front of the command is a habit from other programs, and no command.
    const command = rest[0] === "--" ? rest.slice(1) : rest;
    const options = await spawnOptions(context, name, command);
    await spawnDaemon(options);
    context.print(`Session "${name}" created`);
    for (const other of await createWorktreeSessions(options, context)) {
      context.print(`Session "${other}" created`);
    }
  },
});
