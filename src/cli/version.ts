import { version } from "../../package.json";
import { defineTsmCommand } from "./command.ts";

export const versionCommand = defineTsmCommand({
  usage: "tsm version",
  description: "Prints the version.",
  examples: [["tsm version", `prints ${version}`]],
  args: {},
  async run(_, context) {
    context.print(`tsm ${version}`);
  },
});
