import { readdirSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";

import { errnoOf } from "../../base/errors.ts";
import { ifAccessible } from "../../base/system-access.ts";
import { socketPath, type Config } from "../../config/paths.ts";
import { shellDirectoriesOf } from "../../shell/shell-files.ts";
import { artifactPath, logPath, SIDECAR_KINDS } from "./artifacts.ts";
import { nameLockPath } from "./name-lock.ts";

/**
 * Sets the times of all files of a session, and of their directories, to now: cleaners of temporary
 * directories remove files that were not used for days, but sessions last for weeks.
 */
export function touchSessionFiles(config: Config, name: string): void {
  const sidecars = SIDECAR_KINDS.map((kind) => artifactPath(config, kind, name));
  const shell = shellDirectoriesOf(config.socketDir, [name]);
  const files = [
    socketPath(config, name),
    nameLockPath(config, name),
    logPath(config, name),
    ...sidecars,
    ...shell,
    ...shell.flatMap(entriesOf),
  ];
  for (const path of new Set(files.flatMap((file) => [file, dirname(file)]))) touch(path);
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error; // otherwise it does not exist, or is on a read-only disk
  }
}

function entriesOf(dir: string): string[] {
  return ifAccessible(() => readdirSync(dir).map((entry) => join(dir, entry))) ?? [];
}
