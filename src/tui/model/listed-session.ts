/** One session as the picker shows it. Texts are empty and numbers 0 where something is not known. */
export interface ListedSession {
  name: string;
  /** Attached clients. */
  clients: number;
  /** Unix seconds. */
  createdAt: number;
  /** Process on the PTY, as text. */
  pid: string;
  cmd: string;
  /** How that has ended, in a session that is held; undefined while it runs. */
  exitCode: number | undefined;
  /** Directory in which it was started, as it shall be shown (the home directory as `~`). */
  startedIn: string;
  /** False when the daemon was too slow to answer; only the name is known then. */
  isReachable: boolean;
  /** Sessions of one repository stand together. */
  repo: string;
  branch: string;
  /** Bytes held by the session's processes. */
  memory: number;
  /** What an agent in it does, as in `claude · working · exec: bun test · 12s`. */
  agentLine: string;
  /** An agent in it waits for its user. */
  needsAttention: boolean;
}
