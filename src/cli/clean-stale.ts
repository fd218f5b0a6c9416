import { rmSync } from "node:fs";

import { removeSessionRuntimeFiles } from "../sessions/artifacts.ts";
import { orphanedRunFiles } from "../sessions/run-files.ts";
import { cleanStaleSocket } from "../sessions/sockets.ts";
import type { Config } from "../config/paths.ts";
import { inspectSessions, orphanedArtifacts } from "./doctor-sessions.ts";

export interface CleanedUp {
  /** Dead sessions whose sockets have been removed. */
  sessions: string[];
  /** Leftovers of sessions that were gone before. */
  artifacts: string[];
}

/** Removes what dead sessions have left; live and slow ones are left alone. */
export async function cleanStale(config: Config): Promise<CleanedUp> {
  const sessions: string[] = [];
  for (const { name, state } of await inspectSessions(config)) {
    if (state === "stale" && (await cleanStaleSocket(config, name))) sessions.push(name);
  }
  const orphans = orphanedArtifacts(config);
  removeSessionRuntimeFiles(config, ...new Set(orphans.map(({ session }) => session)));
  const runFiles = orphanedRunFiles(config);
  for (const path of runFiles) rmSync(path, { force: true });
  return { sessions, artifacts: [...orphans.map(({ path }) => path), ...runFiles] };
}
