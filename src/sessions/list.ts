import { readdirSync } from "node:fs";

import { errnoOf, TsmError } from "../base/errors.ts";
import { socketPath, type Config } from "../config/paths.ts";
import { checkSocketDir } from "./files/directory.ts";
import { isSessionAddress } from "./names.ts";
import { probeForList, type SessionProbe } from "./wire/requests.ts";
import { NO_DETAILS, type Session } from "./session.ts";
import { isListening, listeningNames, recallHidden } from "./files/hidden.ts";
import { placeOf, placesOf } from "./files/places.ts";
import { isSocket } from "./files/socket-files.ts";
import { cleanStaleSocket } from "./files/sockets.ts";

/** Connections open at once; more would only reach the limit of open files. */
const PROBES_AT_ONCE = 128;
/** With more sessions than this, the limit of open files may be too low. */
const FEW_SESSIONS = 32;

/**
 * Lists all sessions of all places, sorted by name. Dead sessions are removed with their files.
 * Daemons whose sockets were removed are made to create them again; those that cannot, and those
 * that are slow, are listed as unreachable. A missing directory counts as empty.
 * @param choose picks names out of all of them; the other sessions are not probed.
 */
export async function listSessions(
  config: Config,
  choose: (names: readonly string[]) => readonly string[] = (names) => names,
): Promise<Session[]> {
  const hidden = [];
  for (const place of placesOf(config)) hidden.push(...(await recallHidden(place)));
  // Reading a directory is not atomic: a socket may be removed and created again meanwhile.
  const listening = placesOf(config).flatMap(listeningNames);
  const names = choose([...new Set([...sessionNames(config), ...hidden, ...listening])].sort());
  if (names.length > FEW_SESSIONS) {
    const { raiseOpenFileLimit } = await import("../system/open-file-limit.ts");
    raiseOpenFileLimit();
  }
  const found: (Session | undefined)[] = [];
  for (let from = 0; from < names.length; from += PROBES_AT_ONCE) {
    const batch = names.slice(from, from + PROBES_AT_ONCE);
    found.push(...(await Promise.all(batch.map((name) => findSession(config, name)))));
  }
  return found.filter((session) => session !== undefined);
}

/**
 * Names of all sockets of all places, sorted, without checking whether their daemons live. Of two
 * sessions with the same name, the name refers to the first only: see {@link namesakes}.
 */
export function sessionNames(config: Config): string[] {
  return [...new Set(placesOf(config).flatMap((place) => namesIn(place)))].sort();
}

/** Sessions that no name refers to, because a session of an earlier place has the same name. */
export function namesakes(config: Config): { name: string; place: Config }[] {
  const seen = new Set<string>();
  return placesOf(config).flatMap((place) => {
    const names = namesIn(place);
    const hidden = names.filter((name) => seen.has(name)).map((name) => ({ name, place }));
    for (const name of names) seen.add(name);
    return hidden;
  });
}

function namesIn(place: Config): string[] {
  if (!checkSocketDir(place)) return [];
  return readNames(place.socketDir).filter(
    (name) => isSessionAddress(name, place) && isSocket(socketPath(place, name)),
  );
}

/** A socket may be removed and created again during a search, but hardly this often in a row. */
const FIND_ATTEMPTS = 3;

/** Finds one session without probing others; undefined when there is none, or only a dead one. */
export async function findSession(config: Config, name: string): Promise<Session | undefined> {
  for (let attempt = 1; attempt <= FIND_ATTEMPTS; attempt++) {
    const found = await askSession(placeOf(config, name), name);
    if (found !== undefined) return found;
    const place = placesOf(config).find((it) => isListening(it, name));
    if (place === undefined) return undefined;
    // The socket was just removed or created again, or the session is about to end.
    if (!(await recallHidden(place)).includes(name)) continue;
    // Of two daemons with this name, one may be back while the other stays hidden.
    return (await askSession(place, name)) ?? sessionFrom(name, undefined);
  }
  return undefined;
}

/** Probes a session; undefined when it has no socket, or was dead and is now removed. */
async function askSession(place: Config, name: string): Promise<Session | undefined> {
  const path = socketPath(place, name);
  if (!checkSocketDir(place) || !isSocket(path)) return undefined;
  try {
    return sessionFrom(name, await probeForList(path));
  } catch (error) {
    if (!(error instanceof TsmError)) throw error;
    if (error.code === "not-found") return undefined;
    // Another process may have just removed the socket.
    if (error.code === "refused" && (removeDead(place, name) || !isSocket(path))) return undefined;
    return sessionFrom(name, undefined);
  }
}

function removeDead(config: Config, name: string): boolean {
  try {
    return cleanStaleSocket(config, name);
  } catch (error) {
    // A list must not fail because a file cannot be removed (on a read-only disk, for instance).
    if (error instanceof TsmError || errnoOf(error) !== undefined) return false;
    throw error;
  }
}

function sessionFrom(name: string, probe: SessionProbe | undefined): Session {
  const { info, attention, labels = {} } = probe ?? {};
  const lastAttachedAt = attention === undefined ? undefined : Number(attention.lastAttachedAt);
  return {
    name,
    // The PID of a command that has ended may belong to another process by now.
    pid: info === undefined || info.taskEndedAt > 0n ? "" : String(info.pid),
    clients: Number(info?.clientsLen ?? 0),
    startedIn: info?.cwd ?? "",
    cmd: info?.cmd ?? "",
    createdAt: Number(info?.createdAt ?? 0),
    taskEndedAt: Number(info?.taskEndedAt ?? 0),
    taskExitCode: info?.taskExitCode ?? 0,
    isReachable: info !== undefined,
    hasNotification: attention?.isWanted ?? false,
    lastAttachedAt,
    labels,
    ...NO_DETAILS,
  };
}

function readNames(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw new TsmError("io", `Cannot read ${dir}.`, {
      remedy: "Fix its permissions, or set TSM_DIR to a directory of your own.",
      cause: error,
    });
  }
}
