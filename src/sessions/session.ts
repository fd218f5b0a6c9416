import type { Environment } from "../config/environment.ts";

/** What is known of one session. Texts are empty and numbers 0 where something is not known. */
export interface Session {
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
}

/** The directory in which a session was started, with the home directory written as `~`. */
export function displayDir(session: Pick<Session, "startedIn">, env: Environment): string {
  const home = env["HOME"]?.replace(/\/+$/, "") ?? "";
  const dir = session.startedIn;
  if (home === "") return dir;
  if (dir === home) return "~";
  return dir.startsWith(`${home}/`) ? `~${dir.slice(home.length)}` : dir;
}
