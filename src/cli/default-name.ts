import { basename } from "node:path";

import type { Environment } from "../config/environment.ts";
import type { Config } from "../config/paths.ts";
import { detectGitContext } from "../git/context.ts";
import { formatSessionName } from "../git/session-name.ts";
import { isSessionName } from "../sessions/names.ts";

const LAST_RESORT = "main";

/** A name for a session in this directory: `repo@branch` in a linked worktree, else its own. */
export async function defaultSessionName(
  dir: string,
  config: Config,
  env: Environment,
): Promise<string> {
  const git = await detectGitContext(dir, env);
  const worktree = git.isWorktree ? formatSessionName(git) : "";
  const own = basename(dir).replace(/\p{Cc}/gu, "-");
  return [worktree, own].find((name) => isSessionName(name, config)) ?? LAST_RESORT;
}
