import { readdirSync } from "node:fs";

import { errnoOf, TsmError } from "../base/errors.ts";
import { socketPath, type Config } from "../config/paths.ts";
import { checkSocketDir } from "./directory.ts";
import { isSessionName } from "./names.ts";
import { probeForList, type SessionProbe } from "./requests.ts";
import { NO_DETAILS, type Session } from "./session.ts";
import { cleanStaleSocket, isSocket } from "./sockets.ts";

/** Connections under way at once; more would only meet the limit of open files. */
const PROBES_AT_ONCE = 128;

/**
 * All sessions, sorted by name. Dead ones (their socket refuses) are removed with what they left;
 * slow ones are listed as unreachable. A missing directory holds no sessions.
 * @param choose picks names out of all of them; the other sessions are not even asked.
 */
export async function listSessions(
  config: Config,
  choose: (names: readonly string[]) => readonly string[] = (names) => names,
): Promise<Session[]> {
  const names = choose(sessionNames(config));
  const found: (Session | undefined)[] = [];
  for (let from = 0; from < names.length; from += PROBES_AT_ONCE) {
    const batch = names.slice(from, from + PROBES_AT_ONCE);
    found.push(...(await Promise.all(batch.map((name) => look(config, name)))));
  }
  return found.filter((session) => session !== undefined);
}

/** Names of all sockets in the directory, sorted, without asking anybody whether they live. */
export function sessionNames(config: Config): string[] {
  if (!checkSocketDir(config)) return [];
  return readNames(config.socketDir)
    .filter((name) => isSessionName(name, config) && isSocket(socketPath(config, name)))
    .sort();
}

async function look(config: Config, name: string): Promise<Session | undefined> {
  try {
    return sessionFrom(name, await probeForList(socketPath(config, name)));
  } catch (error) {
    if (!(error instanceof TsmError)) throw error;
    if (error.code === "not-found") return undefined;
    if (error.code === "refused" && (await removeDead(config, name))) return undefined;
    return sessionFrom(name, undefined);
  }
}

async function removeDead(config: Config, name: string): Promise<boolean> {
  try {
    return await cleanStaleSocket(config, name);
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
      remedy: "Mend its permissions, or set TSM_DIR to a directory of your own.",
      cause: error,
    });
  }
}
