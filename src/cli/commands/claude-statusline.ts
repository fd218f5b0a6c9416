import { MAX_STATUSLINE_BYTES, parseStatusline, statuslineLine } from "../../agents/statusline.ts";
import { errnoOf, TsmError } from "../../base/errors.ts";
import type { Environment } from "../../config/environment.ts";
import type { Config } from "../../config/paths.ts";
import { writeClaudeStatusline } from "../../sessions/files/claude-statusline.ts";
import { sessionNames } from "../../sessions/list.ts";
import { presentName } from "../../sessions/own-session.ts";
import { defineTsmCommand } from "../command.ts";
import { readStandardInput } from "../standard-input.ts";

export const claudeStatuslineCommand = defineTsmCommand({
  usage: "tsm claude-statusline",
  description:
    "For Claude Code's statusLine setting: reads its status as JSON on standard input, stores it " +
    "for the session it runs in, so that lists can show it, and prints one line.",
  examples: [
    [
      '"statusLine": {"type": "command", "command": "tsm claude-statusline"}',
      "in Claude Code's settings.json",
    ],
  ],
  args: {},
  async run(_, context) {
    const text = await readInput();
    if (text.trim() === "") return;
    const status = parseStatusline(text);
    if (status === undefined) {
      throw new TsmError("usage", "Standard input is not a JSON object.", {
        remedy:
          "This command is for Claude Code's statusLine setting: see 'tsm help claude-statusline'.",
      });
    }
    keep(context.config, context.env, text);
    const line = statuslineLine(status);
    if (line !== "") context.print(line);
  },
});

async function readInput(): Promise<string> {
  const bytes = await readStandardInput({
    maxBytes: MAX_STATUSLINE_BYTES,
    tooLong: [
      "Standard input is too long for a status.",
      `It can have at most ${MAX_STATUSLINE_BYTES} bytes.`,
    ],
  });
  return new TextDecoder().decode(bytes);
}

/** Stores the status; the line is printed even if that fails. */
function keep(config: Config, env: Environment, text: string): void {
  const session = presentName(env);
  try {
    if (session === undefined || !sessionNames(config).includes(session)) return;
    writeClaudeStatusline(config, session, text);
  } catch (error) {
    if (!(error instanceof TsmError) && errnoOf(error) === undefined) throw error;
  }
}
