import type { AttachEnd } from "../../client/attach-options.ts";
import type { LocalTerminal } from "../../client/local-terminal.ts";
import type { Settings } from "../../config/settings.ts";
import { plainSwitch } from "../../protocol/switch-request.ts";
import { sessionNames } from "../../sessions/list.ts";
import type { CliContext } from "../command.ts";
import { openSessionPicker } from "./session-picker.ts";

export interface OverlayPickerOptions {
  settings: Settings;
  /** Lent to the picker while it is open. */
  terminal: LocalTerminal;
  /** Where the picker was opened, and where the user returns without a choice. */
  session: string;
}

/**
 * Shows the picker over the session that was attached until now.
 * @returns a switch to the chosen session, or back to the same one; or an end, if that one is gone.
 */
export async function showOverlayPicker(
  context: CliContext,
  { settings, terminal, session }: OverlayPickerOptions,
): Promise<AttachEnd> {
  const picker = openSessionPicker(context, settings);
  try {
    const { pickerKey: closeKey } = settings.attach;
    const choice = await picker.show({ current: session, closeKey, terminal });
    if (terminal.end !== undefined) return { kind: "gone", ...terminal.end, name: session };
    terminal.unlisten(choice.rest);
    if (choice.kind === "attach") {
      return { kind: "switch", name: session, ...plainSwitch(choice.name) };
    }
    // It may have been renamed, or killed, in the picker.
    const name = choice.current ?? session;
    if (sessionNames(context.config).includes(name)) {
      return { kind: "switch", name, ...plainSwitch(name) };
    }
    return { kind: "ended", exit: undefined, name };
  } finally {
    picker.close();
  }
}
