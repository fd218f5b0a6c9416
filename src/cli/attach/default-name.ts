import { basename } from "node:path";

import { replaceHarmful } from "../../base/harmless-text.ts";
import { detectGitContext } from "../../git/context.ts";
import { formatSessionName } from "../../git/session-name.ts";
import { isSessionName } from "../../sessions/names.ts";
import type { CliContext } from "../command.ts";
import { fullName } from "../session-names.ts";

const LAST_RESORT = "main";

/**
 * A name for a session in this directory: `repo@branch` in a linked worktree, else its own, behind
 * `$TSM_PREFIX`.
 */
export async function defaultSessionName(
  dir: string,
  context: Pick<CliContext, "config" | "env">,
): Promise<string> {
  const { config, env } = context;
  const git = await detectGitContext(dir, env);
  const worktree = git.isWorktree ? formatSessionName(git) : "";
  const own = replaceHarmful(basename(dir), () => "-");
  const stem = [worktree, own].find((name) => isSessionName(fullName(context, name), config));
  return fullName(context, stem ?? LAST_RESORT);
}
