import { isHarmless, makeHarmless } from "../../base/harmless-text.ts";
import { variable } from "../../config/environment.ts";
import { liveSessionNames } from "../../sessions/live-names.ts";
import { usageError } from "../arguments.ts";
import { complete } from "../help/candidates.ts";
import { defineTsmCommand, type CliContext, type CommandEntry } from "../command.ts";
import bashText from "../help/completion.bash" with { type: "text" };
import fishText from "../help/completion.fish" with { type: "text" };
import zshText from "../help/completion.zsh" with { type: "text" };

const USAGE = "tsm completions <bash|zsh|fish|nu>";

export const completionsCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "Prints completions for a shell: commands, options and the names of live sessions. At each " +
    "Tab they ask 'tsm completions words WORD…', so they always match the installed tsm.",
  examples: [
    ["source <(tsm completions bash)", "in ~/.bashrc"],
    ["source <(tsm completions zsh)", "in ~/.zshrc, after compinit"],
    ["tsm completions fish | source", "in ~/.config/fish/config.fish"],
    ["tsm completions nu | save -f ~/.config/nushell/tsm.nu", "and 'source tsm.nu' in config.nu"],
  ],
  args: {
    shell: {
      type: "positional",
      required: true,
      valueHint: "bash|zsh|fish|nu",
      description: "bash, zsh, fish or nu",
    },
  },
  takesRest: true,
  async run({ shell }, context, rest) {
    if (shell === "words") return await printWords(rest, context);
    const [surplus] = rest;
    if (surplus !== undefined) {
      throw usageError(`Unexpected argument '${makeHarmless(surplus)}': ${USAGE}`);
    }
    context.write(await scriptOf(shell, context.commands));
    return 0;
  },
});

async function scriptOf(shell: string, commands: readonly CommandEntry[]): Promise<string> {
  switch (shell) {
    case "bash":
      return bashText;
    case "zsh":
      return zshText;
    case "fish":
      return fishText;
    case "nu":
      return await (await import("../help/nu-completion.ts")).nuCompletion(commands);
    default:
      throw usageError(`Unknown shell '${makeHarmless(shell)}': ${USAGE}`);
  }
}

/** One candidate per line, then a tab and its description; or where another command line begins. */
async function printWords(words: readonly string[], context: CliContext): Promise<number> {
  const completion = await complete(words, context.commands, async () =>
    // Not checked: an error would be printed into the line being typed.
    liveSessionNames(context.config, variable(context.env, "TSM_PREFIX")),
  );
  if (completion.kind === "command") {
    context.print(`:command\t${completion.from}`);
    return 0;
  }
  // A name that a terminal would not show as it is cannot be offered there; it can still be typed.
  const shown = completion.candidates.filter(({ value }) => isHarmless(value));
  const lines = shown.map(({ value, description }) => `${value}\t${description}\n`);
  context.write(lines.join(""));
  return 0;
}
