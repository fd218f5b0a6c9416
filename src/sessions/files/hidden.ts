import { basename, dirname } from "node:path";

import { socketPath, type Config } from "../../config/paths.ts";
import { sendSignal } from "../../system/processes/session-processes.ts";
import { boundSockets, ownerOf, type BoundSocket } from "../../system/bound-sockets.ts";
import { catchesSignal } from "../../system/processes/catches-signal.ts";
import { isSessionAddress } from "../names.ts";
import { isSocket } from "./socket-files.ts";

/** The signal that makes a daemon check at once whether its socket file is still there. */
export const LOOK_SIGNAL = "SIGUSR1";
/** A daemon needs some milliseconds to make its socket again; on a loaded machine, longer. */
const RETURN_TIMEOUT_MS = 1000;
const CHECK_MS = 5;

/** A live daemon that no socket leads to, because the file was removed. */
export interface HiddenDaemon {
  name: string;
  pid: number;
}

/** Names of a place's daemons that still listen although their socket files are gone. */
export function hiddenNames(config: Config): string[] {
  return [...new Set(hiddenDaemons(config).map(({ name }) => name))];
}

/**
 * Names under which daemons of a place listen, as the kernel reports them at one moment, whether or
 * not a file leads to them; empty where the kernel does not report them (not Linux).
 */
export function listeningNames(config: Config): string[] {
  return listeningSockets(config).map(({ path }) => basename(path));
}

/** Attempts to find a listening socket's owner: a daemon may replace its socket before that. */
const OWNER_ATTEMPTS = 3;

/**
 * Whether a daemon of this user listens under a name, with or without a socket file. Unlike a check
 * for the file and then for hidden daemons, this cannot miss a daemon that is creating its socket
 * again. False where the kernel does not report listening sockets (not Linux).
 */
export function isListening(config: Config, name: string): boolean {
  for (let attempt = 1; attempt <= OWNER_ATTEMPTS; attempt++) {
    const sockets = listeningSockets(config).filter(({ path }) => basename(path) === name);
    if (sockets.length === 0) return false;
    if (sockets.some(({ inode }) => ownerOf(inode) !== undefined)) return true;
  }
  return false;
}

/**
 * Daemons of a place that no socket leads to, and those that share a path with one of them. Empty
 * where the system does not report them (not Linux): there each daemon watches its own directory.
 */
export function hiddenDaemons(config: Config): HiddenDaemon[] {
  return hiddenSockets(config).flatMap(({ path, inode }) => {
    const pid = ownerOf(inode);
    return pid === undefined ? [] : [{ name: basename(path), pid }];
  });
}

/**
 * Makes hidden daemons return under their names, or under `NAME~2` if another session has taken the
 * name meanwhile. Resolves when all are back, or after a second.
 * @returns names of the daemons that stay hidden: they are stopped, or cannot make a socket.
 */
export async function recallHidden(config: Config): Promise<string[]> {
  if (hiddenSockets(config).length === 0) return [];
  // Daemons of older builds have no handler for the signal: it would end them.
  const asked = hiddenDaemons(config).filter(
    ({ pid }) => catchesSignal(pid, LOOK_SIGNAL) && sendSignal(pid, LOOK_SIGNAL),
  );
  const giveUpAtMs = performance.now() + RETURN_TIMEOUT_MS;
  const isHidden = ({ pid }: HiddenDaemon) => hiddenDaemons(config).some((it) => it.pid === pid);
  while (asked.some(isHidden) && performance.now() < giveUpAtMs) await Bun.sleep(CHECK_MS);
  return hiddenNames(config);
}

function listeningSockets(config: Config): BoundSocket[] {
  return boundSockets().filter(
    ({ path, isListening }) =>
      isListening && dirname(path) === config.socketDir && isSessionAddress(basename(path)),
  );
}

function hiddenSockets(config: Config): BoundSocket[] {
  const bound = listeningSockets(config);
  // Of several daemons with one path only one has the file, and the system does not report which.
  return bound.filter(
    ({ path }) =>
      !isSocket(socketPath(config, basename(path))) ||
      bound.filter((other) => other.path === path).length > 1,
  );
}
