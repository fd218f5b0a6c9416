import { usageError } from "../arguments.ts";
import { defineTsmCommand } from "../command.ts";
import { chooseSession } from "../attach/choose-session.ts";

const TUI_USAGE = "tsm tui [--simplified|--full] [--keymap default|palette]";

export const tuiCommand = defineTsmCommand({
  usage: TUI_USAGE,
  description:
    "Shows all sessions to choose from; 'tsm' alone does the same. Enter attaches, or switches if " +
    "you are inside a session. While attached, Ctrl+] opens it from any program, and Escape " +
    "returns there. Layout and keys come from the options, else from TSM_TUI_MODE and " +
    "TSM_TUI_KEYMAP, else from the configuration.",
  examples: [
    ["tsm", "choose a session"],
    ["tsm tui --simplified", "only the list, without a preview"],
    ["tsm tui --keymap palette", "filter as you type"],
  ],
  args: {
    simplified: { type: "boolean", description: "only a centred list" },
    full: { type: "boolean", description: "list, preview, facts and log" },
    keymap: { type: "string", description: "default (letters act) or palette (letters filter)" },
  },
  async run({ simplified, full, keymap }, context) {
    if (simplified === true && full === true) {
      throw usageError(`--simplified and --full exclude each other: ${TUI_USAGE}`);
    }
    const mode = simplified === true ? "simplified" : full === true ? "full" : undefined;
    return await chooseSession(context, { mode, keymap });
  },
});

export const paletteCommand = defineTsmCommand({
  usage: "tsm palette",
  description:
    "Shows the sessions as a small centred list that is filtered as you type: the same as 'tsm " +
    "tui --simplified --keymap palette'.",
  examples: [["tsm p", "type a few letters of a name, then Enter"]],
  args: {},
  async run(_, context) {
    return await chooseSession(context, { mode: "simplified", keymap: "palette" });
  },
});
