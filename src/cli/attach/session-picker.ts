import { agentLine } from "../../agents/agent-line.ts";
import { variable } from "../../config/environment.ts";
import type { Settings } from "../../config/settings.ts";
import { spawnDaemonProcess } from "../../daemon/launch/daemon-process.ts";
import { needsAttention, type Session } from "../../sessions/session.ts";
import type { PickerChoice } from "../../tui/model/picker-choice.ts";
import { runPicker, type PickerOptions } from "../../tui/run/run-picker.ts";
import { SessionSource, type PickerActivity } from "../../tui/run/session-source.ts";
import type { CliContext } from "../command.ts";
import { withDetails } from "../../sessions/session-details.ts";

/** The picker over this user's sessions; it can be shown repeatedly. The caller closes it. */
export interface SessionPicker {
  show(how: Pick<PickerOptions, "current" | "closeKey" | "terminal">): Promise<PickerChoice>;
  close(): void;
}

/** Loaded when it is needed only: no other command has to wait for it. */
export function openSessionPicker(context: CliContext, settings: Settings): SessionPicker {
  const { config, env, self } = context;
  const source = new SessionSource({
    config,
    env,
    create: (name, dir) => spawnDaemonProcess({ config, name, argv: [], dir, env, self, settings }),
    describe: (sessions) => describeActivities(sessions, context),
  });
  const cwd = startDirectory(context);
  return {
    show: (how) => runPicker({ source, settings: settings.tui, env, cwd, ...how }),
    close: () => source.close(),
  };
}

function describeActivities(
  sessions: readonly Session[],
  context: CliContext,
): Map<string, PickerActivity> {
  const nowSeconds = Date.now() / 1000;
  return new Map(
    withDetails(sessions, context).map((session) => [
      session.name,
      {
        memory: session.memory,
        agentLine: agentLine(session, nowSeconds),
        needsAttention: needsAttention(session),
      },
    ]),
  );
}

/** Where new sessions start: here, or at home when this directory is gone. */
function startDirectory({ env }: CliContext): string {
  try {
    return process.cwd();
  } catch {
    return variable(env, "HOME") ?? "/"; // ENOENT: it has been removed
  }
}
