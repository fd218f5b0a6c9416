import { randomBytes } from "node:crypto";
import { realpathSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { runGit } from "./run-git.ts";
import type { Environment } from "../base/environment.ts";

/** Git's facts about a directory. All are false or empty outside a repository. */
export interface GitContext {
  /** Base name of the main repository, without `.git`. */
  repoName: string;
  /** Current branch, or the short commit id of a detached HEAD. */
  branchName: string;
  /** True in a linked worktree (`git worktree add`). */
  isWorktree: boolean;
  isGitRepo: boolean;
  /** Absolute path of the main worktree; of the repository itself when it is bare. */
  repoRoot: string;
  /** True for the pane of a split workspace. Unknown from a directory, so always false here. */
  isSplit: boolean;
}

export const NO_GIT_CONTEXT: Readonly<GitContext> = {
  repoName: "",
  branchName: "",
  isWorktree: false,
  isGitRepo: false,
  repoRoot: "",
  isSplit: false,
};

/**
 * Asks git about `cwd`; on a branch with a commit, one git call is enough. Never throws, and gives
 * up after a few seconds.
 */
export async function detectGitContext(cwd: string, env?: Environment): Promise<GitContext> {
  // rev-parse echoes unknown options. An unknown option therefore separates the paths, which may
  // contain newlines themselves; it is random, so that no path can contain it.
  const border = `--border-${randomBytes(8).toString("hex")}`;
  const directories = ["--git-dir", border, "--git-common-dir", border, "--show-cdup", border];
  // The dashes distinguish HEAD from a file of that name, which a bare repository contains.
  const head = ["--symbolic-full-name", "HEAD", "--"];
  const answer = await runGit(["rev-parse", ...directories, ...head], cwd, env);
  const [gitDir, commonDir, cdup, names] = answer.stdout.split(`${border}\n`).map(withoutNewline);
  if (!gitDir || !commonDir || cdup === undefined || names === undefined) {
    return { ...NO_GIT_CONTEXT };
  }
  const facts = {
    gitDir: realPath(resolve(cwd, gitDir)),
    commonDir: realPath(resolve(cwd, commonDir)),
    toplevel: realPath(resolve(cwd, cdup)),
  };
  const hasCommit = answer.exitCode === 0;
  const isWorktree = facts.gitDir !== facts.commonDir;
  const repoRoot = isWorktree ? rootOfCommonDir(facts.commonDir) : rootOf(facts);
  return {
    repoName: basename(repoRoot).replace(/\.git$/, ""),
    branchName: branchOf(firstLine(names)) ?? (await headWithoutBranch(hasCommit, cwd, env)),
    isWorktree,
    isGitRepo: true,
    repoRoot,
    isSplit: false,
  };
}

interface GitDirectories {
  gitDir: string;
  commonDir: string;
  toplevel: string;
}

/**
 * Root of a repository's main worktree. Submodules and repositories made with `--separate-git-dir`
 * keep their git directory elsewhere; their root is the top of the working files. Inside the git
 * directory `cdup` is empty, so the root is derived from the directory's own path.
 */
function rootOf({ commonDir, toplevel }: GitDirectories): string {
  const isInsideGitDir = toplevel === commonDir || toplevel.startsWith(`${commonDir}/`);
  return isInsideGitDir ? rootOfCommonDir(commonDir) : toplevel;
}

/** `app/.git` and `app/.bare` belong to `app`; any other name is a bare repository's own. */
function rootOfCommonDir(commonDir: string): string {
  return basename(commonDir).startsWith(".") ? dirname(commonDir) : commonDir;
}

function branchOf(fullName: string): string | undefined {
  return fullName.startsWith("refs/heads/") ? fullName.slice("refs/heads/".length) : undefined;
}

/**
 * The branch name when HEAD is detached (the short commit id) or when there is no commit yet
 * (rev-parse fails then, but HEAD still names a branch).
 */
async function headWithoutBranch(
  hasCommit: boolean,
  cwd: string,
  env?: Environment,
): Promise<string> {
  const args = hasCommit ? ["rev-parse", "--short", "HEAD"] : ["symbolic-ref", "--quiet", "HEAD"];
  const answer = await runGit(args, cwd, env);
  if (answer.exitCode !== 0) return "";
  const name = withoutNewline(answer.stdout);
  return branchOf(name) ?? name;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function withoutNewline(line: string): string {
  return line.endsWith("\n") ? line.slice(0, -1) : line;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // The path has just been removed; its name is still right.
    return path;
  }
}
