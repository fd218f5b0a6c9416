import { NO_AGENT, type AgentFacts } from "../agents/agent.ts";
import { processEnvironment, type Environment } from "../config/environment.ts";
import type { Labels } from "./labels.ts";

/** What is known of one session. Texts are empty and numbers 0 where something is not known. */
export interface Session extends SessionDetails {
  name: string;
  /** Process on the PTY, as text; empty when the daemon does not answer. */
  pid: string;
  /** Attached clients. */
  clients: number;
  /** Directory in which it was started. */
  startedIn: string;
  /** argv joined by spaces. */
  cmd: string;
  /** Unix seconds. */
  createdAt: number;
  /** Unix seconds; 0 while the command runs. */
  taskEndedAt: number;
  taskExitCode: number;
  /** False when the daemon was too slow to answer; only name is known then. */
  isReachable: boolean;
  /** A program in it has called (BEL, OSC 9, OSC 777) while nobody was attached. */
  hasNotification: boolean;
  /**
   * Unix seconds at which somebody was attached last, 0 for never; undefined when the daemon is of
   * another build and does not tell.
   */
  lastAttachedAt: number | undefined;
  /** What `tsm label` has given it; none when its daemon is of another build. */
  labels: Labels;
}

/** What is found out about a session beside its daemon: its processes, an agent, its place in git. */
export interface SessionDetails extends AgentFacts {
  /** Resident memory of its processes, in bytes. */
  memory: number;
  /** Seconds since its process started. */
  uptime: number;
  /** Command line in the foreground of its terminal, on one line. */
  foregroundCommand: string;
  /** Directory of that command. */
  foregroundDir: string;
  gitRepoName: string;
  gitBranchName: string;
  gitIsWorktree: boolean;
  gitRepoRoot: string;
  gitIsSplit: boolean;
}

/** Details of a session that nothing has been found out about. */
export const NO_DETAILS: Readonly<SessionDetails> = Object.freeze({
  memory: 0,
  uptime: 0,
  foregroundCommand: "",
  foregroundDir: "",
  ...NO_AGENT,
  gitRepoName: "",
  gitBranchName: "",
  gitIsWorktree: false,
  gitRepoRoot: "",
  gitIsSplit: false,
});

/**
 * Whether a session waits for its user: a program has called, or an agent has stopped, since somebody
 * was attached last. Nobody needs to be told of a session that is being looked at.
 */
export function needsAttention(session: Session): boolean {
  if (session.clients > 0) return false;
  if (session.hasNotification) return true;
  if (!session.agentNeedsAttention) return false;
  const { lastAttachedAt = 0 } = session;
  return lastAttachedAt === 0 || Math.floor(session.agentUpdated) > lastAttachedAt;
}

/** The directory in which a session was started, with the home directory written as `~`. */
export function displayDir(
  session: Pick<Session, "startedIn">,
  env: Environment = processEnvironment(),
): string {
  const home = env["HOME"]?.replace(/\/+$/, "") ?? "";
  const dir = session.startedIn;
  if (home === "") return dir;
  if (dir === home) return "~";
  return dir.startsWith(`${home}/`) ? `~${dir.slice(home.length)}` : dir;
}
