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
