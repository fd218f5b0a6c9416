import { linkSync, lstatSync, rmSync } from "node:fs";

import { errnoOf, TsmError, describeError } from "../base/errors.ts";
import { socketPath, type Config } from "../config/paths.ts";
import { quoteName } from "../sessions/names.ts";

/**
 * The session's listening socket under its public name.
 *
 * It is bound to a hidden name and published with link(2): that fails when the name is taken, so of
 * many simultaneous creators exactly one wins and nothing of anybody's is overwritten. It also
 * leaves nothing for `stop()` to do harm with, which unlinks the path that was bound, whoever has
 * that name by then.
 */
export class PublishedSocket {
  readonly #config: Config;
  readonly #listener: Bun.UnixSocketListener<undefined>;
  readonly #inode: number;
  #name: string | undefined;

  private constructor(config: Config, listener: Bun.UnixSocketListener<undefined>, name: string) {
    this.#config = config;
    this.#listener = listener;
    this.#name = name;
    this.#inode = lstatSync(socketPath(config, name)).ino;
  }

  /**
   * Listens, 0600 from the first instant.
   * @throws TsmError `exists` when the name is taken.
   */
  static publish(
    config: Config,
    name: string,
    handlers: Bun.SocketHandler<undefined>,
  ): PublishedSocket {
    // Two dots: no session can be called like this.
    const hidden = socketPath(config, `..${process.pid.toString(36)}`);
    const umask = process.umask(0o177);
    try {
      rmSync(hidden, { force: true }); // of a dead process that had our pid
      const listener = Bun.listen({ unix: hidden, socket: handlers });
      try {
        linkSync(hidden, socketPath(config, name));
      } catch (error) {
        listener.stop(true);
        throw error;
      } finally {
        rmSync(hidden, { force: true });
      }
      return new PublishedSocket(config, listener, name);
    } catch (error) {
      throw publishError(config, name, error);
    } finally {
      process.umask(umask);
    }
  }

  /** Takes another name. @throws TsmError `exists` or `io`; nothing has changed then. */
  rename(name: string): void {
    if (this.#name === undefined) throw new TsmError("io", "the session is ending");
    if (!this.#isOurs(this.#name)) throw new TsmError("io", "the session has lost its socket");
    try {
      linkSync(socketPath(this.#config, this.#name), socketPath(this.#config, name));
    } catch (error) {
      throw publishError(this.#config, name, error);
    }
    rmSync(socketPath(this.#config, this.#name), { force: true });
    this.#name = name;
  }

  /**
   * Gives the name free; connections that exist go on. Idempotent.
   * @returns whether the name was still ours: then what else is called so is ours as well.
   */
  unpublish(): boolean {
    if (this.#name === undefined) return false;
    const isOurs = this.#isOurs(this.#name);
    if (isOurs) rmSync(socketPath(this.#config, this.#name), { force: true });
    this.#name = undefined;
    this.#listener.stop(false);
    return isOurs;
  }

  /** Whether the name still leads here. */
  isOurs(): boolean {
    return this.#name !== undefined && this.#isOurs(this.#name);
  }

  /** Somebody may have tidied up /tmp, and another session may have the name since then. */
  #isOurs(name: string): boolean {
    return (
      lstatSync(socketPath(this.#config, name), { throwIfNoEntry: false })?.ino === this.#inode
    );
  }
}

function publishError(config: Config, name: string, error: unknown): TsmError {
  if (errnoOf(error) === "EEXIST") {
    return new TsmError("exists", `session ${quoteName(name)} already exists`, { cause: error });
  }
  return new TsmError(
    "io",
    `cannot make a socket in ${config.socketDir}: ${errnoOf(error) ?? describeError(error)}`,
    { cause: error },
  );
}
