import { parseObject } from "../../base/json-object.ts";
import type { Config } from "../../config/paths.ts";
import type { GitContext } from "../../git/context.ts";
import { artifactPath, readArtifact, removeArtifact, writeArtifact } from "./artifacts.ts";

/** Path of the file that stores git's answer about a session's directory. */
export function gitMetaPath(config: Config, session: string): string {
  return artifactPath(config, "git-meta", session);
}

/** Stores git's answer about a session's directory. @throws a system error. */
export function writeGitMeta(config: Config, session: string, context: GitContext): void {
  const fields = {
    repo_name: context.repoName,
    branch_name: context.branchName,
    is_worktree: context.isWorktree,
    is_git_repo: context.isGitRepo,
    repo_root: context.repoRoot,
    is_split: context.isSplit,
  };
  writeArtifact(config, "git-meta", session, JSON.stringify(fields));
}

/** Removes the file that {@link writeGitMeta} wrote. */
export function removeGitMeta(config: Config, session: string): void {
  removeArtifact(config, "git-meta", session);
}

/** Git's stored answer for a session; undefined when the file is missing or invalid. */
export function readGitMeta(config: Config, session: string): GitContext | undefined {
  const text = readArtifact(config, "git-meta", session)?.bytes.toString("utf8");
  const fields = parseObject(text ?? "");
  if (fields === undefined) return undefined;
  const textOf = (name: string): string => {
    const value = fields[name];
    return typeof value === "string" ? value : "";
  };
  return {
    repoName: textOf("repo_name"),
    branchName: textOf("branch_name"),
    isWorktree: fields["is_worktree"] === true,
    isGitRepo: fields["is_git_repo"] === true,
    repoRoot: textOf("repo_root"),
    isSplit: fields["is_split"] === true,
  };
}
