import { runGit } from "./run-git.ts";
import type { Environment } from "../base/environment.ts";

export interface Worktree {
  /** Absolute path. */
  path: string;
  /** Branch name without `refs/heads/`; the commit's first 7 digits when HEAD is detached. */
  branchName: string;
  /** True for the first one, which the linked ones belong to (it may be a bare repository). */
  isMain: boolean;
  isBare: boolean;
}

/** Digits of an abbreviated commit id: git's own default. */
const SHORT_COMMIT_DIGITS = 7;

/**
 * Lists the worktrees of the repository at `repoRoot`, the main one first, without those whose
 * directory has vanished. Empty when git has no answer (no repository, no git, older than 2.36).
 */
export async function listWorktrees(repoRoot: string, env?: Environment): Promise<Worktree[]> {
  const answer = await runGit(["worktree", "list", "--porcelain", "-z"], repoRoot, env);
  return answer.exitCode === 0 ? parseWorktrees(answer.stdout) : [];
}

/** Parses records of `key value` lines; each line ends with NUL, each record with one more NUL. */
function parseWorktrees(porcelain: string): Worktree[] {
  const worktrees: Worktree[] = [];
  for (const [index, record] of porcelain.split("\0\0").entries()) {
    const facts = new Map(record.split("\0").map(splitAtSpace));
    const path = facts.get("worktree");
    if (path === undefined || path === "" || facts.has("prunable")) continue;
    const branch = facts.get("branch")?.replace(/^refs\/heads\//, "");
    worktrees.push({
      path,
      branchName: branch ?? facts.get("HEAD")?.slice(0, SHORT_COMMIT_DIGITS) ?? "",
      isMain: index === 0,
      isBare: facts.has("bare"),
    });
  }
  return worktrees;
}

function splitAtSpace(line: string): [string, string] {
  const space = line.indexOf(" ");
  return space === -1 ? [line, ""] : [line.slice(0, space), line.slice(space + 1)];
}
