import { spawnDaemonProcess } from "../../daemon/launch/daemon-process.ts";
import { defineTsmCommand } from "../command.ts";
import { fullName } from "../session-names.ts";
import { spawnOptions } from "../session-options.ts";
import { createWorktreeSessions } from "../attach/worktree-sessions.ts";

export const newCommand = defineTsmCommand({
  usage: "tsm new <name> [--hold] [--json] [command…]",
  description:
    "Creates a session and returns at once. Without a command it runs your shell as a login " +
    "shell. Everything after the name is the command, including its options. With --hold the " +
    "session remains after its command has ended, until someone has attached and left, 'tsm wait' " +
    "has reported its exit status, or it is killed.",
  examples: [
    ["tsm new work", "a session with your shell"],
    ["tsm new build make -j4 all", "a session that runs a command and ends with it"],
    ["tsm new build --hold -- make all", "the same, but the session remains to show how it ended"],
  ],
  args: {
    name: { type: "positional", required: true, description: "name of the session" },
    hold: { type: "boolean", description: "keep the session after its command has ended" },
    json: { type: "boolean", description: "print the names of the new sessions as JSON" },
  },
  takesRest: true,
  async run({ name, hold, json }, context, rest) {
    // A `--` in front of the command is a habit from other programs, and no command.
    const command = rest[0] === "--" ? rest.slice(1) : rest;
    const own = await spawnOptions(context, fullName(context, name), command);
    const options = { ...own, holds: hold === true };
    await spawnDaemonProcess(options);
    if (json !== true) context.print(`Session "${options.name}" created`);
    const others = await createWorktreeSessions(options, context);
    if (json !== true) for (const other of others) context.print(`Session "${other}" created`);
    else context.print(JSON.stringify([options.name, ...others].map((it) => ({ name: it }))));
  },
});
