import type { ArgsDef } from "citty";

import { usageError } from "../arguments.ts";
import { defineTsmCommand, findCommand, type Command, type CommandEntry } from "../command.ts";
import { renderTable } from "../list/table.ts";
import { unknownCommand } from "../help/unknown-command.ts";

export const helpCommand = defineTsmCommand({
  usage: "tsm help [command]",
  description: "Explains tsm, or one command with its options and examples.",
  examples: [["tsm help new", "how to create a session"]],
  args: {
    command: {
      type: "positional",
      required: false,
      valueHint: "command",
      description: "a command",
    },
  },
  async run({ command }, context) {
    if (command === undefined) {
      for (const line of overview(context.commands)) context.print(line);
      return;
    }
    const entry = findCommand(context.commands, command);
    if (entry === undefined) throw usageError(unknownCommand(command, context.commands));
    for (const line of commandHelp(entry, await entry.load())) context.print(line);
  },
});

function overview(commands: readonly CommandEntry[]): string[] {
  const rows = commands.map(({ name, aliases, summary }) => [
    `  ${name}`,
    aliases.filter((alias) => !alias.startsWith("-")).join(", "),
    summary,
  ]);
  return [
    "tsm keeps terminal sessions alive: detach, close the terminal, come back, go on.",
    "",
    "Usage: tsm <command> [arguments]",
    "",
    ...renderTable(rows),
    "",
    "'tsm' alone shows all sessions to choose from.",
    "",
    "Keys while attached:  Ctrl+\\  detach    Ctrl+]  choose another session",
    "",
    "Example:",
    "  tsm new work     create a session",
    "  tsm a work       attach to it; Ctrl+\\ detaches",
    "",
    "'tsm help <command>' explains one command.",
  ];
}

/** Help of one command, made from its definition. */
function commandHelp(entry: CommandEntry, command: Command<ArgsDef>): string[] {
  const options = Object.entries(command.args).map(([name, definition]) => {
    const aliases = "alias" in definition ? [definition.alias ?? []].flat() : [];
    const flags = [...aliases.map((alias) => `-${alias}`), `--${name}`].join(", ");
    const label = definition.type === "positional" ? name : flags;
    return [`  ${label}`, definition.description ?? ""];
  });
  const aliases = entry.aliases.length === 0 ? [] : [`Aliases: ${entry.aliases.join(", ")}`];
  return [
    `Usage: ${command.usage}`,
    ...aliases,
    "",
    ...Bun.wrapAnsi(command.description, 78).split("\n"),
    ...(options.length === 0 ? [] : ["", "Arguments:", ...renderTable(options)]),
    "",
    "Examples:",
    ...renderTable(command.examples.map(([line, effect]) => [`  ${line}`, effect])),
  ];
}
