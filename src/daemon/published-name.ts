import { describeError } from "../base/errors.ts";
import type { Config } from "../config/paths.ts";
import { renameShellFiles } from "../shell/shell-files.ts";
import { decodeStrictUtf8 } from "../protocol/utf8.ts";
import { removeSessionRuntimeFiles, renameSessionArtifacts } from "../sessions/files/artifacts.ts";
import { renameFocus } from "../sessions/files/focus.ts";
import { validateSessionName, type SessionName } from "../sessions/names.ts";
import type { PublishedSocket } from "./listener.ts";
import { touchSessionFiles } from "../sessions/files/touch-files.ts";
import { ignoringSystemErrors, type DaemonLog } from "./log.ts";

/** The name that a session goes by: its socket, and the files named after it. */
export class PublishedName {
  readonly #config: Config;
  readonly #socket: PublishedSocket;
  readonly #log: DaemonLog;
  #name: SessionName;
  #hasLeft = false;

  /** @param socket published under that name. */
  constructor(config: Config, name: SessionName, socket: PublishedSocket, log: DaemonLog) {
    this.#config = config;
    this.#name = name;
    this.#socket = socket;
    this.#log = log;
  }

  /** The name at present. */
  get current(): SessionName {
    return this.#name;
  }

  /** Whether it has been given up. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /**
   * Takes another name.
   * @param payload of a Rename message.
   * @returns why the name was refused (nothing has changed then); empty when it was accepted.
   */
  rename(payload: Uint8Array): string {
    const text = decodeStrictUtf8(payload);
    if (text === undefined) return "session name is not UTF-8";
    if (text === "") return "empty session name";
    try {
      const name = validateSessionName(text, this.#config);
      if (name !== this.#name) this.#take(name);
    } catch (error) {
      return describeError(error);
    }
    return "";
  }

  /**
   * Takes the session out of the directory, its files before its name: until then nobody else can
   * have the name. Idempotent.
   */
  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    ignoringSystemErrors(() => {
      if (this.#socket.isOurs()) removeSessionRuntimeFiles(this.#config, this.#name);
    });
    ignoringSystemErrors(() => this.#socket.unpublish());
  }

  /**
   * Makes sure that the session is found under its name, or another one when somebody else has that
   * by now. Cheap when nothing has happened.
   * @returns whether its socket had vanished.
   * @throws TsmError when that has vanished and cannot be made again now.
   */
  keep(): boolean {
    if (this.#hasLeft || !this.#socket.restore()) return false;
    this.#log.write(`its socket had vanished: listening again as ${this.#socket.name}`);
    if (this.#socket.name !== this.#name) this.#follow(this.#socket.name);
    return true;
  }

  /** Touches the session's files, so that cleaners of old files leave them alone. */
  touch(): void {
    if (!this.#hasLeft) touchSessionFiles(this.#config, this.#name);
  }

  #take(name: SessionName): void {
    this.#socket.rename(name);
    this.#follow(name);
  }

  /** Renames everything that is named after the session. */
  #follow(name: SessionName): void {
    const old = this.#name;
    this.#name = name;
    ignoringSystemErrors(() => renameSessionArtifacts(this.#config, old, name));
    ignoringSystemErrors(() => renameFocus(this.#config, old, name));
    ignoringSystemErrors(() => renameShellFiles(this.#config.socketDir, old, name));
    this.#log.rename(name);
    this.#log.write(`renamed from ${old}`);
  }
}
