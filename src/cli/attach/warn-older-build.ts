import { errnoOf } from "../../base/errors.ts";
import { setFocus } from "../../sessions/files/focus.ts";
import { hasOlderBuild } from "../../sessions/files/daemon-build.ts";
import { quoteName } from "../../sessions/names.ts";
import type { CliContext } from "../command.ts";

/** Warns a user whose session runs an older build, and says what to do. */
export function warnOfOlderBuild(context: CliContext, session: string): void {
  if (!hasOlderBuild(context.config, session)) return;
  context.warn(`Warning: session ${quoteName(session)} is running an older tsm daemon build.`);
  context.warn(
    `It keeps running. To use the new build, run 'tsm kill ${session}' and create it again.`,
  );
}

/** Records the session for `tsm toggle`. */
export function recordFocus({ config }: Pick<CliContext, "config">, session: string): void {
  try {
    setFocus(config, session);
  } catch (error) {
    // ENOSPC, EROFS, …: only `tsm toggle` needs it.
    if (errnoOf(error) === undefined) throw error;
  }
}
