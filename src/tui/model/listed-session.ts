/** One session as the picker shows it. Texts are empty and numbers 0 where something is not known. */
export interface PickerSession {
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

/**
 * Where sessions come from and what acts on them. Whatever rejects is shown on the log line, so
 * messages are for people.
 */
export interface PickerSource {
  list(): Promise<PickerSession[]>;
  /** The session's visible screen as styled terminal text; undefined when there is none. */
  preview(name: string): Promise<Uint8Array | undefined>;
  kill(name: string): Promise<void>;
  detach(name: string): Promise<void>;
  rename(oldName: string, newName: string): Promise<void>;
  /** @param dir an absolute path. */
  create(name: string, dir: string): Promise<void>;
}

/** `rest` was typed behind the key that ended the picker: it belongs to whatever runs next. */
export type PickerChoice = { rest: Uint8Array } & (
  | { kind: "attach"; name: string }
  /** `current` is what the current session is called by now. */
  | { kind: "quit"; current?: string }
);
