import { randomBytes } from "node:crypto";
import { realpathSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { runGit } from "./run-git.ts";
import type { Environment } from "../base/environment.ts";

/** What git says about a directory. All false and empty outside a repository. */
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
  /** True for the pane of a split workspace. A directory does not tell: always false here. */
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
 * Asks git about `cwd`, in one call for a branch with a commit. Never throws, and gives up
 * after a few seconds.
 */
export async function detectGitContext(cwd: string, env?: Environment): Promise<GitContext> {
  // rev-parse echoes an option that it does not know. That makes borders between paths, which may
  // themselves hold newlines; random, so that no path can hold the border.
  const border = `--border-${randomBytes(8).toString("hex")}`;
  const directories = ["--git-dir", border, "--git-common-dir", border, "--show-cdup", border];
  // The dashes tell HEAD from a file of that name: in a bare repository there is one.
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
 * A submodule, and a repository made with `--separate-git-dir`, keep their directory elsewhere; for
 * them the root is where the files are. Inside the git directory there is no way up (`cdup` is
 * empty): then the directory tells.
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

/** Either HEAD is detached, or there is no commit yet: then rev-parse fails, but HEAD has a name. */
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
    // Removed in this very moment: the name is still right.
    return path;
  }
}
