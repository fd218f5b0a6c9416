import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";

import { errnoOf, TsmError } from "../base/errors.ts";
import type { PrivateDirectory } from "../system/private-directory.ts";
import { variable, type Environment } from "./environment.ts";
import { makeStateDirectory, openStateDirectory } from "./state-directory.ts";

const PLACES = "places";
const MAX_PATH_BYTES = 4096;
/** Maximum number of places kept; more would slow every command down. */
const MAX_PLACES = 32;

/** The directories in which this user has started sessions, as recorded in the state directory. */
export function notedPlaces(env: Environment): string[] {
  using dir = openStateDirectory(env, PLACES);
  if (dir === undefined) return [];
  return dir
    .names()
    .slice(0, MAX_PLACES)
    .map((name) => readPlace(dir, name))
    .filter((path) => isAbsolute(path));
}

function readPlace(dir: PrivateDirectory, name: string): string {
  return dir.read(name, MAX_PATH_BYTES)?.bytes.toString("utf8").trimEnd() ?? "";
}

/** Removes vanished directories, then others until there is room for one more. */
function forgetVanished(dir: PrivateDirectory): void {
  for (const name of dir.names()) if (!existsSync(readPlace(dir, name))) dir.remove(name);
  for (const name of dir.names().slice(MAX_PLACES - 1)) dir.remove(name);
}

/**
 * Records that sessions live in a directory, so that commands with another environment find them
 * too. With `TSM_DIR` nothing is recorded: a user who names a directory wants only that one.
 */
export function notePlace(env: Environment, socketDir: string): void {
  if (variable(env, "TSM_DIR") !== undefined) return;
  try {
    using dir = makeStateDirectory(env, PLACES);
    if (dir === undefined) return;
    const name = Bun.hash(socketDir).toString(36);
    if (dir.stats(name) !== undefined) return;
    forgetVanished(dir);
    dir.write(name, `${socketDir}\n`);
  } catch (error) {
    // A full disk or a read-only home: the session still runs, and this environment finds it.
    if (!(error instanceof TsmError) && errnoOf(error) === undefined) throw error;
  }
}
