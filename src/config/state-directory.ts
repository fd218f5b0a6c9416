import { statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

import { errnoOf, TsmError } from "../base/errors.ts";
import { ifAccessible } from "../base/system-access.ts";
import { isOwn, PrivateDirectory } from "../system/private-directory.ts";
import { variable, type Environment } from "./environment.ts";

/**
 * The user's directory for data that must outlast a logout: `$XDG_STATE_HOME/tsm`, else
 * `~/.local/state/tsm`. Undefined when the environment names neither, or when the directory that it
 * names is another user's, as with `sudo -E`: tsm reads and writes nothing there.
 */
export function stateDirectoryPath(env: Environment): string | undefined {
  const xdg = variable(env, "XDG_STATE_HOME");
  if (xdg !== undefined && isAbsolute(xdg))
    return isOwnDirectory(xdg) ? join(xdg, "tsm") : undefined;
  const home = variable(env, "HOME");
  if (home === undefined || !isAbsolute(home) || !isOwnDirectory(home)) return undefined;
  return join(home, ".local", "state", "tsm");
}

/** Opens a directory below the state directory; undefined when it is missing or unsafe. */
export function openStateDirectory(env: Environment, name: string): PrivateDirectory | undefined {
  const path = stateDirectoryPath(env);
  if (path === undefined || !isOwnDirectory(dirname(path))) return undefined;
  try {
    return PrivateDirectory.open(join(path, name));
  } catch (error) {
    if (error instanceof TsmError || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

/**
 * Opens a directory below the state directory, and creates it when it is missing.
 * @throws TsmError `unsafe-directory`; a system error when it cannot be created.
 */
export function makeStateDirectory(env: Environment, name: string): PrivateDirectory | undefined {
  const path = stateDirectoryPath(env);
  return path === undefined ? undefined : PrivateDirectory.make(join(path, name));
}

function isOwnDirectory(path: string): boolean {
  return (
    ifAccessible(() => {
      const stats = statSync(path);
      return stats.isDirectory() && isOwn(stats);
    }) ?? false
  );
}
