import { spawnDaemon } from "../daemon/spawn.ts";
import { defineTsmCommand } from "./command.ts";
import { spawnOptions } from "./session-options.ts";
import { createWorktreeSessions } from "./worktree-sessions.ts";

export const newCommand = defineTsmCommand({
  usage: "tsm new <name> [--hold] [command…]",
  description:
    "Creates a session and returns at once. Without a command it runs your shell as a login shell. " +
    "Everything behind the name is the command, its options included. With --hold the session stays " +
    "when the command has ended, until somebody has attached to it and left, 'tsm wait' has told its " +
    "exit status, or it is killed.",
  examples: [
    ["tsm new work", "a session with your shell"],
    ["tsm new build make -j4 all", "a session that runs a command and ends with it"],
    ["tsm new build --hold -- make all", "the same, and its end can be seen afterwards"],
  ],
  args: {
    name: { type: "positional", required: true, description: "name of the session" },
    hold: { type: "boolean", description: "keep the session when its command has ended" },
  },
  takesRest: true,
  async run({ name, hold }, context, rest) {
    // A `--` in front of the command is a habit from other programs, and no command.
    const command = rest[0] === "--" ? rest.slice(1) : rest;
    const options = { ...(await spawnOptions(context, name, command)), holds: hold === true };
    await spawnDaemon(options);
    context.print(`Session "${name}" created`);
    for (const other of await createWorktreeSessions(options, context)) {
      context.print(`Session "${other}" created`);
    }
  },
});
