import { homedir } from "node:os";

import { agentLine } from "../agents/agent-line.ts";
import { describeSessions } from "../agents/describe-sessions.ts";
import { variable } from "../config/environment.ts";
import type { Settings } from "../config/settings.ts";
import { spawnDaemon } from "../daemon/spawn.ts";
import { artifactPath } from "../sessions/artifacts.ts";
import type { Session } from "../sessions/session.ts";
import type { PickerChoice } from "../tui/picker-session.ts";
import { runPicker, type PickerOptions } from "../tui/run-picker.ts";
import { SessionSource, type PickerActivity } from "../tui/session-source.ts";
import type { CliContext } from "./command.ts";

/** The picker over this user's sessions; it can be shown again and again. Close it in the end. */
export interface Picker {
  show(how: Pick<PickerOptions, "current" | "closeKey" | "terminal">): Promise<PickerChoice>;
  close(): void;
}

/** Loaded when it is needed only: no other command has to wait for it. */
export function openPicker(context: CliContext, settings: Settings): Picker {
  const { config, env, self } = context;
  const source = new SessionSource({
    config,
    env,
    create: (name, dir) => spawnDaemon({ config, name, argv: [], dir, env, self, settings }),
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
  { config, env }: CliContext,
): Map<string, PickerActivity> {
  const facts = describeSessions(
    sessions.map(({ name, pid, startedIn }) => ({ name, pid: Number(pid), startedIn })),
    {
      home: variable(env, "HOME") ?? homedir(),
      env,
      statuslinePath: (name) => artifactPath(config, "claude-statusline", name),
    },
  );
  const nowSeconds = Date.now() / 1000;
  const activities = new Map<string, PickerActivity>();
  for (const [name, { memory, agent }] of facts) {
    activities.set(name, {
      memory,
      agentLine: agent === undefined ? "" : agentLine(agent, nowSeconds),
      needsAttention: agent?.agentNeedsAttention ?? false,
    });
  }
  return activities;
}

/** Where new sessions start: here, or at home when this directory is gone. */
function startDirectory({ env }: CliContext): string {
  try {
    return process.cwd();
  } catch {
    return variable(env, "HOME") ?? "/"; // ENOENT: it has been removed
  }
}
