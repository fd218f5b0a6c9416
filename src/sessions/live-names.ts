import { socketPath, type Config } from "../config/paths.ts";
import { sessionNames } from "./list.ts";
import { placeOf } from "./files/places.ts";
import { isRefused } from "./files/sockets.ts";

/** Each connection wakes a daemon: with more of them, the answer would take too long. */
const MAX_ASKED = 32;

/**
 * Names of the sessions whose daemons listen, sorted, without delay. Nothing is removed. With many
 * sessions, these are the names of all sockets, unchecked: a daemon leaves a stale socket only when
 * it is killed.
 * @param prefix names without it are left out, and their daemons are not contacted.
 */
export function liveSessionNames(config: Config, prefix = ""): string[] {
  const names = sessionNames(config).filter((name) => name.startsWith(prefix));
  if (names.length > MAX_ASKED) return names;
  return names.filter((name) => !isRefused(socketPath(placeOf(config, name), name)));
}
