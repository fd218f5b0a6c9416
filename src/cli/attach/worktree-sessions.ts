import { TsmError } from "../../base/errors.ts";
import { spawnDaemonProcess, type SpawnOptions } from "../../daemon/launch/daemon-process.ts";
import { detectGitContext } from "../../git/context.ts";
import { formatSessionName } from "../../git/session-name.ts";
import { listWorktrees, type Worktree } from "../../git/worktrees.ts";
import { listSessions } from "../../sessions/list.ts";
import { isSessionName } from "../../sessions/names.ts";
import { printError } from "../failure.ts";
import type { CliContext } from "../command.ts";
import { chooseNames, fullName } from "../session-names.ts";

/**
 * With `[git] auto_worktrees`: shells in the other worktrees of the repository in which a session
 * has just been created, where there is no session yet. Failures are printed and do not stop the rest.
 * @returns the names of the new sessions.
 */
export async function createWorktreeSessions(
  created: SpawnOptions,
  context: CliContext,
): Promise<string[]> {
  const { config, dir, env, argv, settings } = created;
  if (!settings.git.autoWorktrees || argv.length > 0) return [];
  const git = await detectGitContext(dir, env);
  if (!git.isGitRepo) return [];
  const worktrees = await listWorktrees(git.repoRoot, env);
  const sessions = await listSessions(config, (all) => chooseNames(context, [], all));
  const taken = new Set(sessions.map(({ name }) => name));
  const inUse = new Set(
    [dir, ...sessions.map(({ startedIn }) => startedIn)].map((it) => worktreeOf(it, worktrees)),
  );
  const names: string[] = [];
  for (const worktree of worktrees) {
    const { repoName } = git;
    const { branchName, isMain, isBare, path } = worktree;
    const stem = formatSessionName({ repoName, branchName, isWorktree: !isMain });
    const name = fullName(context, stem);
    if (isBare || inUse.has(worktree) || taken.has(name) || !isSessionName(name, config)) continue;
    try {
      await spawnDaemonProcess({ ...created, name, dir: path, holds: false });
      names.push(name);
    } catch (error) {
      if (!(error instanceof TsmError)) throw error;
      printError(error, context);
    }
  }
  return names;
}

/** The worktree that a directory is in; one may lie inside another. */
function worktreeOf(dir: string, worktrees: readonly Worktree[]): Worktree | undefined {
  return worktrees
    .filter(({ path }) => dir === path || dir.startsWith(`${path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
}
