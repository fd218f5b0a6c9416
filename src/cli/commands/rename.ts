import { quoteName } from "../../sessions/names.ts";
import { renameSession } from "../../sessions/wire/requests.ts";
import { defineTsmCommand } from "../command.ts";
import { failure } from "../failure.ts";
import { fullName } from "../session-names.ts";

export const renameCommand = defineTsmCommand({
  usage: "tsm rename [--json] <old> <new>",
  description: "Renames a session. Attached clients stay attached.",
  examples: [["tsm mv work api", "work is now called api"]],
  args: {
    old: { type: "positional", required: true, valueHint: "session", description: "current name" },
    new: { type: "positional", required: true, description: "new name" },
    json: { type: "boolean", description: "print both names as JSON" },
  },
  async run(args, context) {
    const from = fullName(context, args.old);
    const to = fullName(context, args.new);
    await renameSession(context.config, from, to).catch((error: unknown) => {
      throw failure("rename session", from, error);
    });
    const isJson = args.json === true;
    context.print(
      isJson
        ? JSON.stringify({ from, to })
        : `Session ${quoteName(from)} renamed to ${quoteName(to)}`,
    );
  },
});
