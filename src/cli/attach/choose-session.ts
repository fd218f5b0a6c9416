import type { AttachmentOptions } from "../../client/attachment-options.ts";
import { isDumbTerminal } from "../../config/environment.ts";
import { loadSettings, type SettingFlags } from "../../config/load-settings.ts";
import { plainSwitch } from "../../protocol/switch-request.ts";
import { attachUntilLeft } from "./attach-loop.ts";
import type { CliContext } from "../command.ts";
import { findOuterSession } from "./outer-session.ts";
import { switchClient } from "./switch-client.ts";

/**
 * Shows the picker and goes where the user wants: attaches, or switches when inside a session.
 * @param flags settings of the picker from the command line; they apply until this command ends.
 * @returns the exit status.
 */
export async function chooseSession(
  context: CliContext,
  flags: SettingFlags = {},
  how: Pick<AttachmentOptions, "isReadOnly" | "takesOver"> = {},
): Promise<number> {
  const settings = await loadSettings(context.env, flags);
  const inside = await findOuterSession(context);
  const { openSessionPicker } = await import("./session-picker.ts");
  const { takePickerTerminal } = await import("../../tui/run/take-terminal.ts");
  const terminal = takePickerTerminal({ isDumb: isDumbTerminal(context.env) });
  const picker = openSessionPicker(context, settings);
  try {
    const current = inside === undefined ? {} : { current: inside.name };
    const choice = await picker.show({ ...current, terminal });
    if (choice.kind === "quit") return 0;
    if (inside === undefined) {
      terminal.unlisten(choice.rest);
      return await attachUntilLeft(context, choice.name, how, { settings, terminal });
    }
    if (choice.name === inside.name) return 0;
    const { isReadOnly = false, takesOver = false } = how;
    const request = { ...plainSwitch(choice.name), isReadOnly, takesOver };
    await switchClient(context, inside, request);
    return 0;
  } finally {
    picker.close();
    await terminal.release();
  }
}
