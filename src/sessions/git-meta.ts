import type { Config } from "../config/paths.ts";
import type { GitContext } from "../git/context.ts";
import { artifactPath, writeArtifact } from "./artifacts.ts";
import { readJsonObject } from "./read-json.ts";

/** Path of the file that keeps what git said about a session's directory. */
export function gitMetaPath(config: Config, session: string): string {
  return artifactPath(config, "git-meta", session);
}

/** Keeps what git says about a session's directory. @throws a system error. */
export function writeGitMeta(config: Config, session: string, context: GitContext): void {
  const fields = {
    repo_name: context.repoName,
    branch_name: context.branchName,
    is_worktree: context.isWorktree,
    is_git_repo: context.isGitRepo,
    repo_root: context.repoRoot,
    is_split: context.isSplit,
  };
  writeArtifact(gitMetaPath(config, session), JSON.stringify(fields));
}

/** What was kept for a session; undefined without a good file. */
export function readGitMeta(config: Config, session: string): GitContext | undefined {
  const fields = readJsonObject(gitMetaPath(config, session));
  if (fields === undefined) return undefined;
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === "string" ? value : "";
  };
  return {
    repoName: text("repo_name"),
    branchName: text("branch_name"),
    isWorktree: fields["is_worktree"] === true,
    isGitRepo: fields["is_git_repo"] === true,
    repoRoot: text("repo_root"),
    isSplit: fields["is_split"] === true,
  };
}
