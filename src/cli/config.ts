import { checkConfig } from "../config/check-config.ts";
import { configPath, installConfig } from "../config/config-file.ts";
import { usageError } from "./arguments.ts";
import { defineTsmCommand, type CliContext } from "./command.ts";
import { printError } from "./failure.ts";

const USAGE = "tsm config install [--force] | path | check";

export const configCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "install writes a configuration file in which every setting is explained and has its default; " +
    "path prints where that file is looked for; check looks for all mistakes in it, and exits 1 " +
    "when there are any.",
  examples: [
    ["tsm config install", "write the commented defaults"],
    ["tsm config check", "look for mistakes"],
  ],
  args: {
    action: {
      type: "positional",
      required: true,
      valueHint: "install|path|check",
      description: "install, path or check",
    },
    force: { type: "boolean", description: "install: replace the file that is there" },
  },
  async run({ action, force }, context) {
    if (force === true && action !== "install")
      throw usageError(`Unknown option '--force': ${USAGE}`);
    switch (action) {
      case "install":
        installConfig(configPath(context.env), force === true);
        context.print(`Configuration written to ${configPath(context.env)}`);
        return 0;
      case "path":
        context.print(configPath(context.env));
        return 0;
      case "check":
        return await check(context);
      default:
        throw usageError(`Unknown action '${action}': ${USAGE}`);
    }
  },
});

async function check(context: CliContext): Promise<number> {
  const { path, isPresent, errors } = await checkConfig(context.env);
  for (const error of errors) printError(error, context);
  if (errors.length > 0) return 1;
  context.print(isPresent ? `${path}: no mistakes` : `${path}: not there; the defaults hold`);
  return 0;
}
