import type { ArgsDef } from "citty";

import type { Command } from "./command.ts";

/** A command as the list of commands shows it; the rest is loaded when it is called. */
export interface CommandEntry {
  name: string;
  aliases: readonly string[];
  summary: string;
  load(): Promise<Command<ArgsDef>>;
}

/** All commands, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "new",
    aliases: ["n"],
    summary: "create a session without attaching",
    load: async () => (await import("./commands/new.ts")).newCommand,
  },
  {
    name: "attach",
    aliases: ["a"],
    summary: "attach to a session, creating it if it is missing",
    load: async () => (await import("./commands/attach.ts")).attachCommand,
  },
  {
    name: "tui",
    aliases: [],
    summary: "choose a session on the screen; 'tsm' alone does the same",
    load: async () => (await import("./commands/tui.ts")).tuiCommand,
  },
  {
    name: "palette",
    aliases: ["p"],
    summary: "choose a session by typing a few letters",
    load: async () => (await import("./commands/tui.ts")).paletteCommand,
  },
  {
    name: "list",
    aliases: ["l", "ls"],
    summary: "list sessions",
    load: async () => (await import("./commands/list.ts")).listCommand,
  },
  {
    name: "detach",
    aliases: ["d"],
    summary: "detach every client of a session",
    load: async () => (await import("./commands/detach.ts")).detachCommand,
  },
  {
    name: "kill",
    aliases: ["k"],
    summary: "end sessions and what runs in them",
    load: async () => (await import("./commands/kill.ts")).killCommand,
  },
  {
    name: "rename",
    aliases: ["mv"],
    summary: "give a session another name",
    load: async () => (await import("./commands/rename.ts")).renameCommand,
  },
  {
    name: "label",
    aliases: [],
    summary: "give sessions labels, or print them",
    load: async () => (await import("./commands/label.ts")).labelCommand,
  },
  {
    name: "toggle",
    aliases: ["last", "prev"],
    summary: "go back to the previous session",
    load: async () => (await import("./commands/toggle.ts")).toggleCommand,
  },
  {
    name: "run",
    aliases: [],
    summary: "run a command in a session's shell and end as it does",
    load: async () => (await import("./commands/run.ts")).runCommand,
  },
  {
    name: "send",
    aliases: [],
    summary: "type text or keys into a session",
    load: async () => (await import("./commands/send.ts")).sendCommand,
  },
  {
    name: "wait",
    aliases: [],
    summary: "wait for an end, for output or for silence",
    load: async () => (await import("./commands/wait.ts")).waitCommand,
  },
  {
    name: "status",
    aliases: [],
    summary: "print one line for prompts and status bars",
    load: async () => (await import("./commands/status.ts")).statusCommand,
  },
  {
    name: "env",
    aliases: [],
    summary: "print the newest client's environment for eval",
    load: async () => (await import("./commands/env.ts")).envCommand,
  },
  {
    name: "config",
    aliases: [],
    summary: "write, find or check the configuration",
    load: async () => (await import("./commands/config.ts")).configCommand,
  },
  {
    name: "doctor",
    aliases: [],
    summary: "look for what is wrong; 'clean-stale' removes what dead sessions left",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  {
    name: "debug",
    aliases: [],
    summary: "print all that is known of one session",
    load: async () => (await import("./commands/debug.ts")).debugCommand,
  },
  {
    name: "logs",
    aliases: [],
    summary: "print what a session's daemon has written down",
    load: async () => (await import("./commands/logs.ts")).logsCommand,
  },
  {
    name: "tail",
    aliases: [],
    summary: "print a session's last lines, and what comes",
    load: async () => (await import("./commands/tail.ts")).tailCommand,
  },
  {
    name: "history",
    aliases: [],
    summary: "print scrollback and screen as text, for a terminal, as HTML or JSON",
    load: async () => (await import("./commands/history.ts")).historyCommand,
  },
  {
    name: "screen",
    aliases: [],
    summary: "print a session's screen as it is now",
    load: async () => (await import("./commands/screen.ts")).screenCommand,
  },
  {
    name: "claude-statusline",
    aliases: [],
    summary: "keep Claude Code's status and print it as a line",
    load: async () => (await import("./commands/claude-statusline.ts")).claudeStatuslineCommand,
  },
  {
    name: "completions",
    aliases: [],
    summary: "print completions for bash, zsh, fish or nu",
    load: async () => (await import("./commands/completions.ts")).completionsCommand,
  },
  {
    name: "version",
    aliases: ["v", "-v", "--version"],
    summary: "print the version",
    load: async () => (await import("./commands/version.ts")).versionCommand,
  },
  {
    name: "help",
    aliases: ["h", "-h", "--help"],
    summary: "explain tsm, or one command",
    load: async () => (await import("./commands/help.ts")).helpCommand,
  },
];

/** The command of a name or alias. */
export function findCommand(word: string): CommandEntry | undefined {
  return COMMANDS.find((entry) => entry.name === word || entry.aliases.includes(word));
}
