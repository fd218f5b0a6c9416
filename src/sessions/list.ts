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

/** Connections under way at once; more would only meet the limit of open files. */
const PROBES_AT_ONCE = 128;
/** With more the limit of open files may be too low. */
const FEW_SESSIONS = 32;

/**
 * All sessions of all places, sorted by name. Dead ones are removed with what they left, and those
 * whose sockets somebody has removed are called back; those that are slow, or cannot come back, are
 * listed as unreachable. A missing directory holds no other sessions.
 * @param choose picks names out of all of them; the other sessions are not even asked.
 */
export async function listSessions(
  config: Config,
  choose: (names: readonly string[]) => readonly string[] = (names) => names,
): Promise<Session[]> {
  const hidden = [];
  for (const place of placesOf(config)) hidden.push(...(await recallHidden(place)));
  // A directory is not read at one moment: a socket may be removed and made again meanwhile.
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
 * Names of all sockets of all places, sorted, without asking anybody whether they live. Of two
 * sessions with one name only the first can be meant: see {@link namesakes}.
 */
export function sessionNames(config: Config): string[] {
  return [...new Set(placesOf(config).flatMap((place) => namesIn(place)))].sort();
}

/** Sessions of other places that cannot be meant because one with their name comes first. */
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

/** A socket may be removed and made again while it is searched for; not often in a row. */
const FIND_ATTEMPTS = 3;

/** One session, without asking any other; undefined when there is none, or a dead one only. */
export async function findSession(config: Config, name: string): Promise<Session | undefined> {
  for (let attempt = 1; attempt <= FIND_ATTEMPTS; attempt++) {
    const found = await askSession(placeOf(config, name), name);
    if (found !== undefined) return found;
    const place = placesOf(config).find((it) => isListening(it, name));
    if (place === undefined) return undefined;
    // Its socket was removed, or made again, just now; or it is about to end.
    if (!(await recallHidden(place)).includes(name)) continue;
    // Of two daemons with this name one may be back, and only the other stay hidden.
    return (await askSession(place, name)) ?? sessionFrom(name, undefined);
  }
  return undefined;
}

/** Undefined when no socket of a session that may live is there. */
async function askSession(place: Config, name: string): Promise<Session | undefined> {
  const path = socketPath(place, name);
  if (!checkSocketDir(place) || !isSocket(path)) return undefined;
  try {
    return sessionFrom(name, await probeForList(path));
  } catch (error) {
    if (!(error instanceof TsmError)) throw error;
    if (error.code === "not-found") return undefined;
    // Somebody else may have removed it just now.
    if (error.code === "refused" && (removeDead(place, name) || !isSocket(path))) return undefined;
    return sessionFrom(name, undefined);
  }
}

function removeDead(config: Config, name: string): boolean {
  try {
    return cleanStaleSocket(config, name);
  } catch (error) {
    // A list must not fail because something cannot be tidied up (read-only disk, for instance).
    if (error instanceof TsmError || errnoOf(error) !== undefined) return false;
    throw error;
  }
}

function sessionFrom(name: string, probe: SessionProbe | undefined): Session {
  const { info, attention, labels = {} } = probe ?? {};
  const lastAttachedAt = attention === undefined ? undefined : Number(attention.lastAttachedAt);
  return {
    name,
    // The pid of a command that has ended may be another process's by now.
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
