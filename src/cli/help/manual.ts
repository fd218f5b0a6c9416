import type { ArgsDef } from "citty";

import { takesValue } from "../arguments.ts";
import type { Command, CommandEntry } from "../command.ts";

const HEAD = `.\\" Made from the definitions of the commands by scripts/man. Do not edit.
.TH TSM 1
.SH NAME
tsm \\- terminal sessions that stay
.SH SYNOPSIS
.B tsm
.RI [ command " [" arguments ]]
.SH DESCRIPTION
tsm keeps terminal sessions alive: detach, close the terminal, come back, go on. Each session is a
program with its own terminal. Ctrl+\\e detaches.
.SH COMMANDS
`;

const TAIL = `.SH EXIT STATUS
0: done; 1: failed; 2: wrong use. \\fBattach\\fP exits with the status of the session's command, or
with 0 after a detach. \\fBrun\\fP and \\fBwait\\fP exit with the status of the command, with 124 after
a timeout, and with 125 if it was not run or its status is unknown. \\fBtail \\-f\\fP exits with the
status of the session.
.SH ENVIRONMENT
.TP
.B TSM_DIR
The directory of the sockets; no other is used. Without it, sessions live in the first usable one of
$XDG_RUNTIME_DIR/tsm, $TMPDIR/tsm\\-UID, /tmp/tsm\\-UID and ~/.local/state/tsm/sockets, and sessions
in the others are found too.
.TP
.B TSM_PREFIX
Put before every session name that you type, unless the name begins with it already. Lists, counts
and patterns then cover only sessions whose names begin with it.
.TP
.B TSM_SESSION
Inside a session, its name.
.TP
.B NO_COLOR
If it is not empty, lists have no colours.
`;

/** The manual page of tsm, in roff, from the definitions of the commands. */
export async function manualPage(commands: readonly CommandEntry[]): Promise<string> {
  const sections: string[] = [];
  for (const entry of commands) sections.push(section(entry, await entry.load()));
  return `${HEAD}${sections.join("")}${TAIL}`;
}

function section(entry: CommandEntry, command: Command<ArgsDef>): string {
  const aliases =
    entry.aliases.length === 0 ? [] : [`Aliases: ${entry.aliases.join(", ")}.`, ".PP"];
  const parameters = Object.entries(command.args).flatMap(([name, definition]) => [
    ".TP",
    parameter(name, definition),
    escape(definition.description ?? ""),
  ]);
  const examples = command.examples.flatMap(([line, effect]) => [
    ".TP",
    `.B ${quote(line)}`,
    escape(effect),
  ]);
  const lines = [
    `.SS ${quote(command.usage)}`,
    escape(`${entry.summary.charAt(0).toUpperCase()}${entry.summary.slice(1)}.`),
    ".PP",
    ...aliases.map((line) => (line === ".PP" ? line : escape(line))),
    escape(command.description),
    ...parameters,
    ".PP",
    "Examples:",
    ...examples,
  ];
  return `${lines.join("\n")}\n`;
}

function parameter(name: string, definition: ArgsDef[string]): string {
  if (definition.type === "positional") return `.I ${quote(name)}`;
  const aliases = "alias" in definition ? [definition.alias ?? []].flat() : [];
  const flags = [...aliases.map((alias) => `-${alias}`), `--${name}`].join(", ");
  const value = takesValue(definition) ? ` ${definition.valueHint ?? "VALUE"}` : "";
  return `.B ${quote(`${flags}${value}`)}`;
}

/** Text as roff prints it: no escapes, no request at a line's beginning, minus signs for typing. */
function escape(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^(?=[.'])/gm, "\\&");
}

/** A request's argument as one word. */
function quote(text: string): string {
  return `"${escape(text).replaceAll('"', '""')}"`;
}
