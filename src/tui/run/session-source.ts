import type { Environment } from "../../config/environment.ts";
import type { Config } from "../../config/paths.ts";
import { Tag } from "../../protocol/tags.ts";
import { listSessions } from "../../sessions/list.ts";
import {
  connectSession,
  detachSession,
  killSession,
  renameSession,
} from "../../sessions/wire/requests.ts";
import type { SessionConnection } from "../../sessions/wire/session-connection.ts";
import { displayDir, type Session } from "../../sessions/session.ts";
import { GitPlaces } from "./git-places.ts";
import type { ListedSession } from "../model/listed-session.ts";
import type { PickerSource } from "../model/picker-source.ts";

const PREVIEW_TIMEOUT_MS = 1000;
/** How long the list waits for git: enough for most repositories, too short to be noticed. */
const GIT_PATIENCE_MS = 40;

/** Facts that are not in the list of sessions. */
export type PickerActivity = Pick<ListedSession, "memory" | "agentLine" | "needsAttention">;

export interface SessionSourceOptions {
  config: Config;
  env: Environment;
  /** Creates a session; `tui` itself does not start daemons. */
  create(name: string, dir: string): Promise<void>;
  /** Activities by session name. Called for every list; a missing session is idle. */
  describe?(sessions: readonly Session[]): ReadonlyMap<string, PickerActivity>;
}

const IDLE: PickerActivity = { memory: 0, agentLine: "", needsAttention: false };

/** The user's sessions for the picker. Its creator closes it. */
export class SessionSource implements PickerSource {
  readonly #options: SessionSourceOptions;
  readonly #places: GitPlaces;
  /** Kept between previews: ten connections a second would cost the daemon more than the text. */
  #preview: { name: string; connection: SessionConnection } | undefined;

  constructor(options: SessionSourceOptions) {
    this.#options = options;
    this.#places = new GitPlaces(options.env);
  }

  async list(): Promise<ListedSession[]> {
    const { config, env } = this.#options;
    const sessions = await listSessions(config);
    const answering = sessions.filter(({ isReachable }) => isReachable);
    await this.#places.refresh(
      answering.map(({ startedIn }) => startedIn),
      GIT_PATIENCE_MS,
    );
    const activities = this.#options.describe?.(answering);
    return sessions.map((session) => ({
      name: session.name,
      clients: session.clients,
      createdAt: session.createdAt,
      pid: session.pid,
      cmd: session.cmd,
      exitCode: session.taskEndedAt > 0 ? session.taskExitCode : undefined,
      startedIn: displayDir(session, env),
      isReachable: session.isReachable,
      ...this.#places.of(session.startedIn),
      ...(activities?.get(session.name) ?? IDLE),
    }));
  }

  async preview(name: string): Promise<Uint8Array | undefined> {
    try {
      const connection = await this.#connect(name);
      connection.send(Tag.History);
      return await connection.readTag(Tag.History, PREVIEW_TIMEOUT_MS);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  kill(name: string): Promise<void> {
    return killSession(this.#options.config, name);
  }

  detach(name: string): Promise<void> {
    return detachSession(this.#options.config, name);
  }

  rename(oldName: string, newName: string): Promise<void> {
    return renameSession(this.#options.config, oldName, newName);
  }

  create(name: string, dir: string): Promise<void> {
    return this.#options.create(name, dir);
  }

  /** Ends the connection for previews. Idempotent. */
  close(): void {
    this.#preview?.connection.close();
    this.#preview = undefined;
  }

  async #connect(name: string): Promise<SessionConnection> {
    if (this.#preview?.name === name) return this.#preview.connection;
    this.close();
    const connection = await connectSession(this.#options.config, name);
    this.#preview = { name, connection };
    return connection;
  }
}
