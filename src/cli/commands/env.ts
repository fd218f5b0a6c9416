import { parseObject } from "../../base/json-object.ts";
import { TsmError } from "../../base/errors.ts";
import { currentSession, defaultShell } from "../../config/environment.ts";
import { shellKind } from "../../shell/shell-kind.ts";
import { readArtifact } from "../../sessions/files/artifacts.ts";
import { CLIENT_VARIABLES } from "../../sessions/client-variables.ts";
import { quoteForFish, quoteForPosix } from "../../shell/quote.ts";
import { usageError } from "../arguments.ts";
import { defineTsmCommand } from "../command.ts";

const SYNTAXES = ["bash", "zsh", "fish", "sh"];

export const envCommand = defineTsmCommand({
  usage: "tsm env [bash|zsh|fish|sh] | --json",
  description:
    "Prints shell commands that set variables to their values in the client that attached last: " +
    `${CLIENT_VARIABLES.join(", ")}. Variables that the client does not have are unset. Without an ` +
    "argument, the syntax is that of $SHELL. Works only inside a session. With --json, prints an " +
    "object; null means that the client does not have the variable.",
  examples: [
    ['eval "$(tsm env)"', "in bash and zsh"],
    ["tsm env fish | source", "in fish"],
  ],
  args: {
    syntax: {
      type: "positional",
      required: false,
      valueHint: "bash|zsh|fish|sh",
      description: "bash, zsh, fish or sh",
    },
    json: { type: "boolean", description: "print JSON" },
  },
  async run({ syntax, json }, context) {
    const session = currentSession(context.env);
    if (session === undefined) {
      throw new TsmError("usage", "Not inside a session.", {
        remedy: 'Use this in a session\'s shell, as in eval "$(tsm env)".',
        exitCode: 2,
      });
    }
    if (syntax !== undefined && !SYNTAXES.includes(syntax)) {
      throw usageError(`Unknown syntax '${syntax}': tsm env [bash|zsh|fish|sh]`);
    }
    if (syntax !== undefined && json === true) {
      throw usageError(
        "A syntax and --json exclude each other: tsm env [bash|zsh|fish|sh] | --json",
      );
    }
    const isFish = (syntax ?? shellKind(defaultShell(context.env))) === "fish";
    const text = readArtifact(context.config, "client-env", session)?.bytes.toString("utf8");
    const variables = Object.entries(readVariables(text ?? ""));
    if (json === true) {
      const known = variables.map(([name, value]) => [name, value ?? null]);
      return context.print(JSON.stringify(Object.fromEntries(known)));
    }
    for (const [name, value] of variables) {
      // For a shell and not for a terminal: every character as it is.
      if (value === undefined) context.write(isFish ? `set -e ${name};\n` : `unset ${name};\n`);
      else if (isFish) context.write(`set -gx ${name} ${quoteForFish(value)};\n`);
      else context.write(`export ${name}=${quoteForPosix(value)};\n`);
    }
  },
});

/** Every known variable with its value; empty if no client has reported any. */
function readVariables(text: string): Record<string, string | undefined> {
  const stored = parseObject(text);
  // No client has attached yet, or the disk was full: then the shell keeps what it has.
  if (stored === undefined) return {};
  const values = new Map(Object.entries(stored));
  return Object.fromEntries(
    CLIENT_VARIABLES.map((name) => {
      const value = values.get(name);
      return [name, typeof value === "string" ? value : undefined];
    }),
  );
}
