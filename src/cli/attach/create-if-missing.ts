import { TsmError } from "../../base/errors.ts";
import { spawnDaemonProcess } from "../../daemon/launch/daemon-process.ts";
import { findSession } from "../../sessions/list.ts";
import type { CliContext } from "../command.ts";
import { failure } from "../failure.ts";
import { spawnOptions } from "../session-options.ts";
import { createWorktreeSessions } from "./worktree-sessions.ts";

/** Creates a session unless it exists, or another process creates it first. */
export async function createIfMissing(context: CliContext, name: string): Promise<void> {
  // Only this session is queried: others that do not answer must not delay it.
  if ((await findSession(context.config, name)) !== undefined) return;
  try {
    const options = await spawnOptions(context, name, []);
    await spawnDaemonProcess(options);
    await createWorktreeSessions(options, context);
  } catch (error) {
    // Another process has just created it: attach to that one.
    if (error instanceof TsmError && error.code === "exists") return;
    throw failure("create session", name, error);
  }
}
