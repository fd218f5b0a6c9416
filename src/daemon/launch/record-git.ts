import { socketPath, type Config } from "../../config/paths.ts";
import type { GitContext } from "../../git/context.ts";
import { removeGitMeta, writeGitMeta } from "../../sessions/files/git-meta.ts";
import type { SessionName } from "../../sessions/names.ts";
import { isSocket } from "../../sessions/files/socket-files.ts";
import { ignoringSystemErrors } from "../log.ts";

/** A git that takes longer (a dead network mount) must not delay the start of a session. */
const GIT_PATIENCE_MS = 250;

/** Records what git reports about a new session's directory, if it answers in time. */
export async function recordGitContext(
  config: Config,
  session: SessionName,
  detecting: Promise<GitContext>,
): Promise<void> {
  const tooLate = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => tooLate.resolve(undefined), GIT_PATIENCE_MS);
  const context = await Promise.race([detecting, tooLate.promise]);
  clearTimeout(timer);
  if (context?.isGitRepo !== true) return;
  ignoringSystemErrors(() => {
    writeGitMeta(config, session, context);
    // A session that has ended by now has tidied up before this was written.
    if (!isSocket(socketPath(config, session))) removeGitMeta(config, session);
  });
}
