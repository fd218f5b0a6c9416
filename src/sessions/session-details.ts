import type { AgentFacts } from "../agents/agent.ts";
import { describeSessions } from "../agents/describe-sessions.ts";
import { processEnvironment, variable, type Environment } from "../config/environment.ts";
import type { Config } from "../config/paths.ts";
import { readClaudeStatusline } from "./files/claude-statusline.ts";
import { readGitMeta } from "./files/git-meta.ts";
import { listSessions } from "./list.ts";
import type { Session, SessionDetails } from "./session.ts";

type GitDetails = Pick<
  SessionDetails,
  "gitRepoName" | "gitBranchName" | "gitIsWorktree" | "gitRepoRoot" | "gitIsSplit"
>;

/**
 * Lists all sessions with their processes, agents and git details, sorted by name. Dead sessions
 * are removed with their files; slow ones are listed with `isReachable` false.
 * @throws TsmError `unsafe-directory` or `io`; a missing directory is an empty list.
 */
export async function listWithDetails(
  config: Config,
  env: Environment = processEnvironment(),
): Promise<Session[]> {
  return withDetails(await listSessions(config), { config, env });
}

/** Adds to sessions the details from their processes, agents and sidecars. Never fails. */
export function withDetails(
  sessions: readonly Session[],
  context: { config: Config; env: Environment },
): Session[] {
  const { config, env } = context;
  const activities = describeSessions(
    sessions.map(({ name, pid, startedIn }) => ({ name, pid: Number(pid), startedIn })),
    {
      home: variable(env, "HOME") ?? "/",
      env,
      statusline: (name) => {
        const file = readClaudeStatusline(config, name);
        return file && { text: file.bytes.toString("utf8"), modifiedAt: file.modifiedAt };
      },
    },
  );
  return sessions.map((session) => {
    const { agent, ...processes } = activities.get(session.name) ?? {};
    const facts: Partial<AgentFacts> = agent ?? {};
    const git = session.isReachable ? readGitDetails(config, session.name) : {};
    return { ...session, ...processes, ...facts, ...git };
  });
}

/** The git details recorded for a session; empty when none are recorded. */
function readGitDetails(config: Config, session: string): Partial<GitDetails> {
  const git = readGitMeta(config, session);
  if (git === undefined) return {};
  return {
    gitRepoName: git.repoName,
    gitBranchName: git.branchName,
    gitIsWorktree: git.isWorktree,
    gitRepoRoot: git.repoRoot,
    gitIsSplit: git.isSplit,
  };
}
