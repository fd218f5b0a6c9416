import { lstatSync, type Stats } from "node:fs";

import { errnoOf, TsmError } from "../../base/errors.ts";

/** Whether there is a Unix domain socket at this path (a link to one does not count). */
export function isSocket(path: string): boolean {
  return statIfThere(path)?.isSocket() ?? false;
}

/** Whether there is a file of any kind at this path. */
export function isTaken(path: string): boolean {
  return statIfThere(path) !== undefined;
}

function statIfThere(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errnoOf(error) === "ENOTDIR") return undefined;
    throw new TsmError("io", `Cannot check ${path}: ${errnoOf(error) ?? "failed"}.`, {
      remedy: "Fix its permissions, or set TSM_DIR to a directory of your own.",
      cause: error,
    });
  }
}
