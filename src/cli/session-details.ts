import { readFileSync } from "node:fs";

import type { AgentFacts } from "../agents/agent.ts";
import { describeSessions } from "../agents/describe-sessions.ts";
import { variable } from "../config/environment.ts";
import { artifactPath } from "../sessions/artifacts.ts";
import type { Session, SessionDetails } from "../sessions/session.ts";
import type { CliContext } from "./command.ts";

/** More than a sidecar of a few names can have. */
const MAX_GIT_META_BYTES = 16 << 10;

type GitDetails = Pick<
  SessionDetails,
  "gitRepoName" | "gitBranchName" | "gitIsWorktree" | "gitRepoRoot" | "gitIsSplit"
>;

/** The same sessions with what their processes, agents and sidecars say. Never fails. */
export function withDetails(
  sessions: readonly Session[],
  context: Pick<CliContext, "config" | "env">,
): Session[] {
  const { config, env } = context;
  const activities = describeSessions(
    sessions.map(({ name, pid, startedIn }) => ({ name, pid: Number(pid), startedIn })),
    {
      home: variable(env, "HOME") ?? "/",
      env,
      statuslinePath: (name) => artifactPath(config, "claude-statusline", name),
    },
  );
  return sessions.map((session) => {
    const { agent, ...processes } = activities.get(session.name) ?? {};
    const facts: Partial<AgentFacts> = agent ?? {};
    const git = session.isReachable
      ? readGitDetails(artifactPath(config, "git-meta", session.name))
      : {};
    return { ...session, ...processes, ...facts, ...git };
  });
}

/** What the daemon has written down of the session's place in git; nothing when it has not. */
export function readGitDetails(path: string): Partial<GitDetails> {
  const stored = readObject(path);
  const textOf = (key: string): string => {
    const value = stored[key];
    return typeof value === "string" ? value : "";
  };
  return {
    gitRepoName: textOf("repo_name"),
    gitBranchName: textOf("branch_name"),
    gitIsWorktree: stored["is_worktree"] === true,
    gitRepoRoot: textOf("repo_root"),
    gitIsSplit: stored["is_split"] === true,
  };
}

function readObject(path: string): Readonly<Record<string, unknown>> {
  try {
    const text = readFileSync(path, "utf8");
    const value: unknown = text.length > MAX_GIT_META_BYTES ? undefined : JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    // No repository, no sidecar, or not ours: a list must not fail for what only adorns it.
    return {};
  }
}
