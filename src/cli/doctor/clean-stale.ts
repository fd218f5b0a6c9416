import { rmSync } from "node:fs";

import { removeSessionRuntimeFiles } from "../../sessions/files/artifacts.ts";
import { whileLocked } from "../../sessions/files/name-lock.ts";
import { placeOf, placesOf } from "../../sessions/files/places.ts";
import { orphanedRunFiles } from "../../sessions/files/run-files.ts";
import { cleanStaleSocket } from "../../sessions/files/sockets.ts";
import type { Config } from "../../config/paths.ts";
import {
  inspectSessions,
  orphanedArtifacts,
  orphanedLocks,
  otherLeftovers,
} from "./doctor-sessions.ts";

export interface CleanedUp {
  /** Dead sessions whose sockets have been removed. */
  sessions: string[];
  /** Leftovers of sessions that were gone before. */
  artifacts: string[];
}

/** Removes what dead sessions have left, in all places; live and slow ones are left alone. */
export async function cleanStale(config: Config): Promise<CleanedUp> {
  const sessions: string[] = [];
  for (const { name, state } of await inspectSessions(config)) {
    if (state === "stale" && cleanStaleSocket(placeOf(config, name), name)) sessions.push(name);
  }
  return { sessions, artifacts: placesOf(config).flatMap(cleanPlace) };
}

/** @returns paths of what has been removed. */
function cleanPlace(place: Config): string[] {
  const orphans = orphanedArtifacts(place);
  const locks = orphanedLocks(place);
  for (const name of new Set([...orphans, ...locks].map(({ session }) => session))) {
    // The lock goes with this; should a session of that name begin just now, everything is left.
    whileLocked(place, name, () => removeSessionRuntimeFiles(place, name));
  }
  const files = [...orphanedRunFiles(place), ...otherLeftovers(place)];
  for (const path of files) rmSync(path, { recursive: true, force: true });
  return [...[...orphans, ...locks].map(({ path }) => path), ...files];
}
