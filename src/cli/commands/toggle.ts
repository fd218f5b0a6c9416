import { TsmError } from "../../base/errors.ts";
import { plainSwitch } from "../../protocol/switch-request.ts";
import { readFocus } from "../../sessions/files/focus.ts";
import { sessionNames } from "../../sessions/list.ts";
import { attachUntilLeft } from "../attach/attach-loop.ts";
import { defineTsmCommand } from "../command.ts";
import { findOuterSession } from "../attach/outer-session.ts";
import { switchClient } from "../attach/switch-client.ts";

export const toggleCommand = defineTsmCommand({
  usage: "tsm toggle",
  description:
    "Switches to the session you were in before this one. Run it again to return. Outside a " +
    "session, attaches to the previous one.",
  examples: [["tsm last", "back to the previous session"]],
  args: {},
  async run(_, context) {
    const inside = await findOuterSession(context);
    const live = new Set(sessionNames(context.config));
    const { current, previous } = readFocus(context.config);
    // A second terminal may have moved the focus on: then the way back leads to what is current.
    const target = [previous, current].find((name) => name !== inside?.name && live.has(name));
    if (target === undefined) {
      throw new TsmError("not-found", "There is no previous session.", {
        remedy: "Run 'tsm ls' to list sessions, and 'tsm attach NAME' to go to one.",
      });
    }
    if (inside === undefined) {
      return await attachUntilLeft(context, target, { isReadOnly: false, takesOver: false });
    }
    await switchClient(context, inside, plainSwitch(target));
    return 0;
  },
});
