import { replaceHarmful } from "../base/harmless-text.ts";
import type { GitContext } from "./context.ts";

/** Trims a part of a session name and replaces slashes, spaces and harmful characters with `-`. */
export function sanitizeBranch(name: string): string {
  return replaceHarmful(name.trim().replace(/[/ ]/g, "-"), () => "-");
}

/** `repo@branch` in a linked worktree, else `repo`; empty outside a repository. */
export function formatSessionName(
  context: Pick<GitContext, "repoName" | "branchName" | "isWorktree">,
): string {
  const repo = sanitizeBranch(context.repoName);
  const branch = sanitizeBranch(context.branchName);
  return context.isWorktree && branch !== "" ? `${repo}@${branch}` : repo;
}
