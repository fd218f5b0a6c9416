import { TsmError } from "../../base/errors.ts";
import { spawnDaemon } from "../../daemon/launch/spawn.ts";
import { findSession } from "../../sessions/list.ts";
import type { CliContext } from "../command.ts";
import { failure } from "../failure.ts";
import { spawnOptions } from "../session-options.ts";
import { createWorktreeSessions } from "./worktree-sessions.ts";

/** Creates a session unless there is one, or somebody else is quicker. */
export async function createIfMissing(context: CliContext, name: string): Promise<void> {
  // Only this one is asked: another that does not answer must not hold anybody up.
  if ((await findSession(context.config, name)) !== undefined) return;
  try {
    const options = await spawnOptions(context, name, []);
    await spawnDaemon(options);
    await createWorktreeSessions(options, context);
  } catch (error) {
    // Somebody else has created it just now: then there is one to attach to.
    if (error instanceof TsmError && error.code === "exists") return;
    throw failure("create session", name, error);
  }
}
