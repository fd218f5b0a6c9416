import { version } from "../../../package.json";
import { defineTsmCommand } from "../command.ts";

export const versionCommand = defineTsmCommand({
  usage: "tsm version [--json]",
  description: "Prints the version.",
  examples: [["tsm version", `prints ${version}`]],
  args: { json: { type: "boolean", description: "print JSON" } },
  async run({ json }, context) {
    context.print(json === true ? JSON.stringify({ version }) : `tsm ${version}`);
  },
});
