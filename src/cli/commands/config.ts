import { checkConfig } from "../../config/check-config.ts";
import { configPath, installConfig } from "../../config/config-file.ts";
import { usageError } from "../arguments.ts";
import { defineTsmCommand, type CliContext } from "../command.ts";
import { printError } from "../failure.ts";

const USAGE = "tsm config [--json] install [--force] | path | check";

export const configCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "install writes a configuration file that explains every setting and contains its default; " +
    "path prints where that file belongs; check reports all mistakes in it, and exits with 1 if " +
    "there are any.",
  examples: [
    ["tsm config install", "write the commented defaults"],
    ["tsm config check", "report mistakes"],
  ],
  args: {
    action: {
      type: "positional",
      required: true,
      valueHint: "install|path|check",
      description: "install, path or check",
    },
    force: { type: "boolean", description: "install: replace an existing file" },
    json: { type: "boolean", description: "print JSON" },
  },
  async run({ action, force, json }, context) {
    const path = configPath(context.env);
    if (force === true && action !== "install")
      throw usageError(`Unknown option '--force': ${USAGE}`);
    switch (action) {
      case "install":
        installConfig(path, force === true);
        context.print(
          json === true ? JSON.stringify({ path }) : `Configuration written to ${path}`,
        );
        return 0;
      case "path":
        context.print(json === true ? JSON.stringify({ path }) : path);
        return 0;
      case "check":
        return await check(context, json === true);
      default:
        throw usageError(`Unknown action '${action}': ${USAGE}`);
    }
  },
});

async function check(context: CliContext, isJson: boolean): Promise<number> {
  const { path, isPresent, errors } = await checkConfig(context.env);
  for (const error of errors) printError(error, context);
  if (isJson) {
    const mistakes = errors.map(({ message, remedy }) => ({ message, remedy: remedy ?? null }));
    context.print(JSON.stringify({ path, isPresent, mistakes }));
    return errors.length > 0 ? 1 : 0;
  }
  if (errors.length > 0) return 1;
  context.print(isPresent ? `${path}: no mistakes` : `${path}: no such file; the defaults apply`);
  return 0;
}
