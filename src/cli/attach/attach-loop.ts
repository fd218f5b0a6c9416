import { TsmError } from "../../base/errors.ts";
import { makeHarmless } from "../../base/harmless-text.ts";
import type { AttachEnd, AttachmentOptions } from "../../client/attachment-options.ts";
import { terminalKind } from "../../config/environment.ts";
import { loadSettings } from "../../config/load-settings.ts";
import type { Settings } from "../../config/settings.ts";
import type { UserTerminal } from "../../pty/user-terminal/user-terminal.ts";
import { exitCodeOf } from "../../protocol/messages.ts";
import { clientVariables } from "../../sessions/client-variables.ts";
import { dieOf } from "../../system/fatal-signals.ts";
import type { CliContext } from "../command.ts";
import { failure } from "../failure.ts";
import { createIfMissing } from "./create-if-missing.ts";
import { recordFocus } from "./record-focus.ts";
import { warnOfOlderBuild } from "./warn-older-build.ts";

const BEL = Uint8Array.of(7);

/** How attaching begins. */
export interface AttachStart {
  /** Read from the environment and the configuration unless given. */
  settings?: Settings;
  /** Claimed earlier; input typed since then goes to the session. Restored here. */
  terminal?: UserTerminal;
}

/** Attaches, follows switches and the picker, restores the terminal, and reports how it ended. */
export async function attachUntilLeft(
  context: CliContext,
  first: string,
  how: Pick<AttachmentOptions, "isReadOnly" | "takesOver">,
  start: AttachStart = {},
): Promise<number> {
  const { attachSession } = await import("../../client/attach.ts");
  const { LocalTerminal } = await import("../../client/local-terminal.ts");
  const { attachKeys } = await import("../../client/keys.ts");
  const settings = start.settings ?? (await loadSettings(context.env));
  warnOfOlderBuild(context, first);
  const kind = terminalKind(context.env);
  // Where the picker cannot be drawn, its key is the session's.
  const { attach } = settings;
  const keys = attachKeys(kind === "dumb" ? { ...attach, pickerKey: "none" } : attach);
  const terminal = new LocalTerminal(kind, start.terminal);
  let name = first;
  let before: string | undefined;
  let { takesOver, isReadOnly } = how;
  let creates = false;
  let end: AttachEnd;
  try {
    for (;;) {
      recordFocus(context, name);
      try {
        if (creates) await createIfMissing(context, name);
        end = await attachSession({
          config: context.config,
          name,
          terminal,
          keys,
          variables: clientVariables(context.env),
          isReadOnly: isReadOnly === true,
          takesOver: takesOver === true,
        });
      } catch (error) {
        if (before === undefined || !(error instanceof TsmError)) throw error;
        // The requested session cannot be reached: return to the one before.
        name = before;
        before = undefined;
        terminal.write(BEL);
        continue;
      }
      if (end.kind === "picker") {
        const { showOverlayPicker } = await import("./overlay-picker.ts");
        end = await showOverlayPicker(context, { settings, terminal, session: end });
      }
      if (end.kind !== "switch") break;
      before = end.name;
      name = end.target;
      ({ creates } = end);
      ({ takesOver } = end);
      isReadOnly = isReadOnly === true || end.isReadOnly;
    }
  } catch (error) {
    throw failure("attach session", name, error);
  } finally {
    await terminal.restore();
  }
  return reportEnd(end, context);
}

function reportEnd(end: AttachEnd, context: CliContext): number {
  switch (end.kind) {
    case "ended": {
      const code = end.exit === undefined ? 0 : exitCodeOf(end.exit);
      context.print(
        `[${makeHarmless(end.name)} ended${end.exit === undefined ? "" : `: exit ${code}`}]`,
      );
      return code;
    }
    case "gone":
      if (end.signal !== undefined) dieOf(end.signal);
      return end.exitCode;
    case "detached":
    case "picker":
    case "switch":
      context.print(`[detached from ${makeHarmless(end.name)}]`);
      // Also printed before the attach, but attaching clears the screen.
      warnOfOlderBuild(context, end.name);
      return 0;
  }
}
