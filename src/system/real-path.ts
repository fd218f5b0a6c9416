import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { errnoOf } from "../base/errors.ts";
import { ifAccessible } from "../base/system-access.ts";
import { isOwn } from "./private-directory.ts";

/**
 * The path without symbolic links, as far as it exists. It stays as it is where a link on the way is
 * another user's, who may turn it elsewhere at any time: see {@link foreignLinkIn}.
 */
export function realPath(path: string): string {
  try {
    const real = realpathSync(path);
    return real === path || foreignLinkIn(path) === undefined ? real : path;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

/** The symbolic link on the way that is neither this user's nor root's, if there is one. */
export function foreignLinkIn(path: string): string | undefined {
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    const stats = lstatIfThere(at);
    if (stats?.isSymbolicLink() === true && stats.uid !== 0 && !isOwn(stats)) return at;
  }
  return undefined;
}

function lstatIfThere(path: string) {
  return ifAccessible(() => lstatSync(path)); // missing, or not ours to see
}
