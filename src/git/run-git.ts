import type { Environment } from "../base/environment.ts";

/** A repository on a dead network mount must not hang the program that only wants a name. */
const GIT_TIME_LIMIT_MS = 2000;

/** Far above the largest answer expected here: a list of some thousand worktrees. */
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/**
 * Variables that point git at a repository other than the one around the working directory. They
 * are set inside hooks, `git rebase --exec` and the like; a session started there still belongs to
 * its directory. Configuration from the environment (`GIT_CONFIG_COUNT` and friends) is kept: it
 * may contain the `safe.directory` without which git refuses to answer.
 */
const REDIRECTING_VARIABLES: readonly string[] = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_COMMON_DIR",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_NAMESPACE",
  "GIT_PREFIX",
  "GIT_IMPLICIT_WORK_TREE",
];

export interface GitAnswer {
  /** Null when git could not be started, or was killed because it took too long. */
  exitCode: number | null;
  stdout: string;
}

/**
 * Runs git in `cwd` and returns what it printed; never throws and never takes longer than a few
 * seconds. No program named in a repository's configuration is run: no monitor, hook or pager.
 */
export async function runGit(
  args: readonly string[],
  cwd: string,
  env: Environment = process.env,
): Promise<GitAnswer> {
  try {
    const git = Bun.spawn(["git", ...SAFE_OPTIONS, ...args], {
      cwd,
      env: environmentForGit(env),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
      timeout: GIT_TIME_LIMIT_MS,
      killSignal: "SIGKILL",
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    // SIGKILL does not end a process in uninterruptible sleep: do not wait for such a process.
    const answer = Promise.all([git.stdout.text(), git.exited]);
    const [stdout] = (await Promise.race([answer, timeLimit()])) ?? [""];
    git.unref();
    return { exitCode: git.signalCode === null ? git.exitCode : null, stdout };
  } catch {
    // No git on PATH, or no such directory: both mean that git has no answer.
    return { exitCode: null, stdout: "" };
  }
}

const SAFE_OPTIONS: readonly string[] = [
  "--no-pager",
  "--no-optional-locks",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.hooksPath=/dev/null",
];

function environmentForGit(env: Environment): Record<string, string | undefined> {
  const result: Record<string, string | undefined> = { ...env };
  for (const name of REDIRECTING_VARIABLES) delete result[name];
  result["LC_ALL"] = "C";
  result["GIT_TERMINAL_PROMPT"] = "0";
  return result;
}

function timeLimit(): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), GIT_TIME_LIMIT_MS + 500).unref();
  });
}
