/** One session as the picker shows it. Unknown texts are empty, unknown numbers 0. */
export interface ListedSession {
  name: string;
  /** Attached clients. */
  clients: number;
  /** Unix seconds. */
  createdAt: number;
  /** Process on the PTY, as text. */
  pid: string;
  cmd: string;
  /** Exit status of that process in a held session; undefined while it runs. */
  exitCode: number | undefined;
  /** Directory in which it was started, as shown (the home directory as `~`). */
  startedIn: string;
  /** False when the daemon was too slow to answer; then only the name is known. */
  isReachable: boolean;
  /** Sessions of one repository form a group. */
  repo: string;
  branch: string;
  /** Bytes held by the session's processes. */
  memory: number;
  /** Activity of an agent in it, as in `claude · working · exec: bun test · 12s`. */
  agentLine: string;
  /** An agent in it is waiting for its user. */
  needsAttention: boolean;
}
