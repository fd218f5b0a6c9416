import { NO_AGENT, type AgentFacts } from "../agents/agent.ts";
import { processEnvironment, type Environment } from "../config/environment.ts";
import type { Labels } from "./labels.ts";

/** The known facts about one session. Unknown texts are empty, and unknown numbers are 0. */
export interface Session extends SessionDetails {
  name: string;
  /** PID on the PTY, as text; empty if the command has ended or the daemon does not answer. */
  pid: string;
  /** Attached clients. */
  clients: number;
  /** Directory in which the session was started. */
  startedIn: string;
  /** argv joined by spaces. */
  cmd: string;
  /** Unix seconds. */
  createdAt: number;
  /** Unix seconds; 0 while the command runs. */
  taskEndedAt: number;
  taskExitCode: number;
  /** False when the daemon was too slow to answer; then only the name is known. */
  isReachable: boolean;
  /** A program in it sent a notification (BEL, OSC 9, OSC 777) while no client was attached. */
  hasNotification: boolean;
  /**
   * Unix seconds at which a client was last attached, 0 for never; undefined when the daemon is of
   * another build and does not report this.
   */
  lastAttachedAt: number | undefined;
  /** Labels set with `tsm label`; empty when the daemon is of another build. */
  labels: Labels;
}

/** Facts about a session that its daemon does not report: its processes, agent and git details. */
export interface SessionDetails extends AgentFacts {
  /** Resident memory of the session's processes, in bytes. */
  memory: number;
  /** Seconds since the session's process started. */
  uptime: number;
  /** Command line in the foreground of the session's terminal, on one line. */
  foregroundCommand: string;
  /** Directory of that command. */
  foregroundDir: string;
  gitRepoName: string;
  gitBranchName: string;
  gitIsWorktree: boolean;
  gitRepoRoot: string;
  gitIsSplit: boolean;
}

/** Details of a session about which nothing more is known. */
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
 * Whether a session waits for its user: a program has sent a notification, or an agent has stopped,
 * since a client was last attached. A session with an attached client never needs attention.
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
