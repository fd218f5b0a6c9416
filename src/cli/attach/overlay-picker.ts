import type { AttachEnd } from "../../client/attachment-options.ts";
import type { LocalTerminal } from "../../client/local-terminal.ts";
import type { Config } from "../../config/paths.ts";
import type { Settings } from "../../config/settings.ts";
import { plainSwitch } from "../../protocol/switch-request.ts";
import { findSession, listSessions } from "../../sessions/list.ts";
import type { CliContext } from "../command.ts";
import { openSessionPicker } from "./session-picker.ts";

export interface OverlayPickerOptions {
  settings: Settings;
  /** Lent to the picker while it is open. */
  terminal: LocalTerminal;
  /** Where the picker was opened, and where the user returns without a choice. */
  session: { name: string; pid: number };
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
    const choice = await picker.show({ current: session.name, closeKey, terminal });
    if (terminal.end !== undefined) return { kind: "gone", ...terminal.end, name: session.name };
    terminal.unlisten(choice.rest);
    if (choice.kind === "attach") {
      return { kind: "switch", name: session.name, ...plainSwitch(choice.name) };
    }
    const name = choice.current ?? session.name;
    const present = await presentNameOf(context.config, name, session.pid);
    if (present === undefined) return { kind: "ended", exit: undefined, name };
    return { kind: "switch", name: present, ...plainSwitch(present) };
  } finally {
    picker.close();
  }
}

/**
 * A session's name by now: it may have been renamed while the picker was open, and another session
 * may have its old name. Undefined when it is gone.
 */
async function presentNameOf(
  config: Config,
  name: string,
  pid: number,
): Promise<string | undefined> {
  const namesake = await findSession(config, name);
  // One that does not answer, or is held after its end, reports no pid.
  const mayBeIt = pid === 0 || namesake?.pid === "" || namesake?.pid === String(pid);
  if (namesake !== undefined && mayBeIt) return name;
  const sessions = await listSessions(config);
  return sessions.find((session) => session.pid === String(pid))?.name;
}
