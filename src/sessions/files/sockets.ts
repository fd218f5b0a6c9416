import { closeSync, unlinkSync } from "node:fs";

import { socketPath, type Config } from "../../config/paths.ts";
import { boundSockets } from "../../system/bound-sockets.ts";
import { connectUnix } from "../../system/unix-socket.ts";
import { removeSessionRuntimeFiles } from "./artifacts.ts";
import { whileLocked } from "./name-lock.ts";
import { isSocket } from "./socket-files.ts";

/**
 * Removes the socket of a dead session, and the session's runtime files. It is dead when the kernel
 * says that nobody listens there and no daemon lives under its name. In any doubt (a full queue, a
 * stopped daemon, one that is just starting, no permission) everything is left alone.
 * @returns whether it has been removed.
 * @throws a system error when it is dead and cannot be removed.
 */
export function cleanStaleSocket(config: Config, name: string): boolean {
  return removeDeadSocket(config, name, () => removeSessionRuntimeFiles(config, name));
}

/**
 * Removes the socket of a dead session alone.
 * @param andThen does the rest, while nobody else can take the name.
 */
export function removeDeadSocket(
  config: Config,
  name: string,
  andThen: () => void = () => {},
): boolean {
  const path = socketPath(config, name);
  if (!isSocket(path) || !isRefused(path)) return false;
  const isRemoved = whileLocked(config, name, () => {
    // Asked again: no daemon can have begun since then, unless it is of another build.
    if (!isSocket(path) || !isRefused(path) || isBound(path)) return false;
    unlinkSync(path);
    andThen();
    return true;
  });
  return isRemoved === true;
}

/** Whether the kernel says that nobody listens; a full queue and whatever else are no such word. */
export function isRefused(path: string): boolean {
  const { fd, error } = connectUnix(path);
  if (fd !== undefined) closeSync(fd);
  return error === "ECONNREFUSED";
}

/** Whether a socket has that path, listening or about to: other builds do not hold our lock. */
function isBound(path: string): boolean {
  return boundSockets().some((socket) => socket.path === path);
}
