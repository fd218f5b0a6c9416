import type { ArgsDef } from "citty";

import { takesValue } from "../arguments.ts";
import type { Command, CommandEntry } from "../command.ts";

/** Nushell functions that ask tsm for words; nushell filters them itself. */
const COMPLETERS = `# nushell completion of tsm: tsm completions nu | save -f tsm.nu; source tsm.nu
def "nu-complete tsm words" [...words: string] {
  ^tsm completions words ...$words | lines | each {|line|
    let parts = ($line | split row (char tab))
    {value: ($parts | first), description: ($parts | get -i 1 | default "")}
  }
}
def "nu-complete tsm sessions" [] { nu-complete tsm words kill "" }
def "nu-complete tsm commands" [] { nu-complete tsm words "" }

export extern "tsm" [command?: string@"nu-complete tsm commands", ...rest: string]
`;

/** Completions for nushell, where every command is declared with its own words and options. */
export async function nuCompletion(commands: readonly CommandEntry[]): Promise<string> {
  const parts = [COMPLETERS];
  for (const entry of commands) {
    const command = await entry.load();
    const names = [entry.name, ...entry.aliases.filter((alias) => !alias.startsWith("-"))];
    parts.push(`# ${entry.summary}`, ...names.map((name) => declare(name, command)), "");
  }
  return parts.join("\n");
}

function declare(name: string, command: Command<ArgsDef>): string {
  const parameters = Object.entries(command.args).map(([key, definition]) =>
    definition.type === "positional"
      ? positional(key, definition, command)
      : option(key, definition),
  );
  if (command.takesRest === true) {
    // Another program's options are not ours to declare: whatever follows is passed on.
    return `export def --wrapped "tsm ${name}" [...words: string] { ^tsm ${name} ...$words }`;
  }
  return [`export extern "tsm ${name}" [`, ...parameters.map((it) => `  ${it}`), "]"].join("\n");
}

function positional(key: string, definition: ArgsDef[string], command: Command<ArgsDef>): string {
  const isSession = definition.valueHint === "session";
  const type = isSession ? 'string@"nu-complete tsm sessions"' : "string";
  const comment = ` # ${definition.description ?? ""}`;
  if (command.usage.includes("…")) return `...${key}: ${type}${comment}`;
  return `${key}${definition.required === false ? "?" : ""}: ${type}${comment}`;
}

function option(key: string, definition: ArgsDef[string]): string {
  const aliases = "alias" in definition ? [definition.alias ?? []].flat() : [];
  const short = aliases.find((alias) => alias.length === 1);
  const type = takesValue(definition) ? ": string" : "";
  return `--${key}${short === undefined ? "" : `(-${short})`}${type} # ${definition.description ?? ""}`;
}
