import { lstatSync, rmSync } from "node:fs";

import { describeError, errnoOf, TsmError } from "../base/errors.ts";
import { socketPath, type Config } from "../config/paths.ts";
import { ensureSocketDir } from "../sessions/files/directory.ts";
import { takeNameLock } from "../sessions/files/name-lock.ts";
import { quoteName, validateSessionName, type SessionName } from "../sessions/names.ts";
import { isListening } from "../sessions/files/hidden.ts";
import { removeDeadSocket } from "../sessions/files/sockets.ts";
import { adoptListener } from "../system/adopt-socket.ts";
import type { FileLock } from "../system/file-lock.ts";
import { listenUnix } from "../system/unix-socket.ts";

/** A command holds the lock of a name for an instant, to remove what a dead session has left. */
const LOCK_ATTEMPTS = 20;
const LOCK_RETRY_MS = 5;
/** By then every connection that waited at an old name has been accepted. */
const LAST_ACCEPT_MS = 50;

/** A listening socket, and the lock of the name that it stands under. */
interface Publication {
  name: SessionName;
  listener: Bun.UnixSocketListener<undefined>;
  lock: FileLock;
  inode: number;
}

/**
 * The session's listening socket under its public name.
 *
 * It is bound to just that path: bind(2) fails where anything exists, so that of many simultaneous
 * creators exactly one wins, and the kernel shows it under that path to cleaners of temporary
 * directories and to commands that search for it when the file is gone. The name is locked before,
 * and as long as this process lives.
 */
export class PublishedSocket {
  readonly #config: Config;
  readonly #handlers: Bun.SocketHandler<undefined>;
  #publication: Publication;
  #isOver = false;

  private constructor(
    config: Config,
    handlers: Bun.SocketHandler<undefined>,
    publication: Publication,
  ) {
    this.#config = config;
    this.#handlers = handlers;
    this.#publication = publication;
  }

  /**
   * Listens, 0600 from the first instant.
   * @throws TsmError `exists` when the name is taken.
   */
  static publish(
    config: Config,
    name: SessionName,
    handlers: Bun.SocketHandler<undefined>,
  ): PublishedSocket {
    // A daemon whose socket and lock somebody has removed is about to make them again.
    if (isListening(config, name)) throw publishError(config, name, "EADDRINUSE");
    return new PublishedSocket(config, handlers, publish(config, name, handlers));
  }

  /** The name that it has, or had last. */
  get name(): SessionName {
    return this.#publication.name;
  }

  /** Takes another name. @throws TsmError `exists` or `io`; nothing has changed then. */
  rename(name: SessionName): void {
    if (this.#isOver) throw new TsmError("io", "the session is ending");
    this.#replaceWith(publish(this.#config, name, this.#handlers));
  }

  /**
   * Listens again when somebody has removed the socket, or its directory: under its name, or the
   * first that is free of `NAME~2`, `NAME~3`, ….
   * @returns whether it had to.
   * @throws TsmError when that cannot be done now.
   */
  restore(): boolean {
    if (this.#isOver || this.isOurs()) return false;
    this.#replaceWith(this.#publishAgain());
    return true;
  }

  #publishAgain(): Publication {
    const { name, lock } = this.#publication;
    // The lock that we hold may be of a removed file: release it, and lock the file that is there
    // now.
    lock.release();
    for (let count = 1; ; count++) {
      const free = count === 1 ? name : validateSessionName(`${name}~${count}`, this.#config);
      try {
        removeDeadSocket(this.#config, free);
        return publish(this.#config, free, this.#handlers);
      } catch (error) {
        if (!(error instanceof TsmError) || error.code !== "exists") throw error;
      }
    }
  }

  /** Clients that have connected to the old socket in time are still served. */
  #replaceWith(publication: Publication): void {
    const old = this.#publication;
    if (isBoundTo(this.#config, old)) rmSync(socketPath(this.#config, old.name), { force: true });
    this.#publication = publication;
    old.lock.release();
    setTimeout(() => old.listener.stop(false), LAST_ACCEPT_MS).unref();
  }

  /**
   * Releases the name; open connections continue. Idempotent.
   * @returns whether the name was still ours: then the other files of that name are ours as well.
   */
  unpublish(): boolean {
    if (this.#isOver) return false;
    const isOurs = this.isOurs();
    this.#isOver = true;
    const { name, lock, listener } = this.#publication;
    if (isOurs) rmSync(socketPath(this.#config, name), { force: true });
    listener.stop(false);
    lock.release();
    return isOurs;
  }

  /** Whether the name still leads here: another session may have it since the file was removed. */
  isOurs(): boolean {
    return !this.#isOver && isBoundTo(this.#config, this.#publication);
  }
}

function isBoundTo(config: Config, { name, inode }: Publication): boolean {
  return inodeOf(socketPath(config, name)) === inode;
}

function inodeOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}

function publish(
  config: Config,
  name: SessionName,
  handlers: Bun.SocketHandler<undefined>,
): Publication {
  const path = socketPath(config, name);
  ensureSocketDir(config); // somebody may have removed it just now
  const lock = takeLock(config, name);
  const { fd, error } = listenUnix(path);
  if (fd === undefined) {
    lock.release();
    throw publishError(config, name, error);
  }
  const listener = adoptListener(fd, handlers);
  return { name, listener, lock, inode: inodeOf(path) ?? 0 };
}

function takeLock(config: Config, name: SessionName): FileLock {
  for (let attempt = 1; attempt <= LOCK_ATTEMPTS; attempt++) {
    const lock = tryLock(config, name);
    if (lock !== undefined) return lock;
    Bun.sleepSync(LOCK_RETRY_MS);
  }
  throw publishError(config, name, "EADDRINUSE");
}

function tryLock(config: Config, name: SessionName): FileLock | undefined {
  try {
    return takeNameLock(config, name);
  } catch (error) {
    throw publishError(config, name, errnoOf(error) ?? describeError(error));
  }
}

function publishError(config: Config, name: SessionName, errno: string): TsmError {
  return errno === "EADDRINUSE"
    ? new TsmError("exists", `session ${quoteName(name)} already exists`)
    : new TsmError("io", `cannot make a socket in ${config.socketDir}: ${errno}`);
}
