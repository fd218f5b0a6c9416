import { closeSync, unlinkSync } from "node:fs";

import { socketPath, type Config } from "../../config/paths.ts";
import { boundSockets } from "../../system/bound-sockets.ts";
import { connectUnix } from "../../system/unix-socket.ts";
import { removeSessionRuntimeFiles } from "./artifacts.ts";
import { whileLocked } from "./name-lock.ts";
import { isSocket } from "./socket-files.ts";

/**
 * Removes the socket of a dead session, and the session's runtime files. A session is dead when the
 * kernel refuses connections to its socket and no daemon lives under its name. In case of doubt (a
 * full queue, a stopped or just starting daemon, no permission) nothing is removed.
 * @returns whether the socket has been removed.
 * @throws a system error when the session is dead and its socket cannot be removed.
 */
export function cleanStaleSocket(config: Config, name: string): boolean {
  return removeDeadSocket(config, name, () => removeSessionRuntimeFiles(config, name));
}

/**
 * Removes only the socket of a dead session.
 * @param andThen is called after that, while no other process can take the name.
 */
export function removeDeadSocket(
  config: Config,
  name: string,
  andThen: () => void = () => {},
): boolean {
  const path = socketPath(config, name);
  if (!isSocket(path) || !isRefused(path)) return false;
  const isRemoved = whileLocked(config, name, () => {
    // Checked again under the lock: now only a daemon of another build can have started.
    if (!isSocket(path) || !isRefused(path) || isBound(path)) return false;
    unlinkSync(path);
    andThen();
    return true;
  });
  return isRemoved === true;
}

/** Whether the kernel refuses connections; a full queue or any other error does not count. */
export function isRefused(path: string): boolean {
  const { fd, error } = connectUnix(path);
  if (fd !== undefined) closeSync(fd);
  return error === "ECONNREFUSED";
}

/** Whether a socket, listening or not yet, is bound to that path: other builds ignore our lock. */
function isBound(path: string): boolean {
  return boundSockets().some((socket) => socket.path === path);
}
