import { renameSession } from "../sessions/requests.ts";
import { defineTsmCommand } from "./command.ts";
import { failure } from "./failure.ts";

export const renameCommand = defineTsmCommand({
  usage: "tsm rename <old> <new>",
  description: "Gives a session another name. Attached clients stay attached.",
  examples: [["tsm mv work api", "work is called api from now on"]],
  args: {
    old: { type: "positional", required: true, valueHint: "session", description: "present name" },
    new: { type: "positional", required: true, description: "new name" },
  },
  async run(args, context) {
    await renameSession(context.config, args.old, args.new).catch((error: unknown) => {
      throw failure("rename session", args.old, error);
    });
    context.print(`Session "${args.old}" renamed to "${args.new}"`);
  },
});
