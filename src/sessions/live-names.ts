import { socketPath, type Config } from "../config/paths.ts";
import { sessionNames } from "./list.ts";
import { placeOf } from "./files/places.ts";
import { isRefused } from "./files/sockets.ts";

/** Each connection wakes a daemon: with more of them the answer would come too late. */
const MAX_ASKED = 32;

/**
 * Names of the sessions whose daemons listen, sorted, at once. Nothing is removed. Of many sessions
 * the names of all sockets: a daemon leaves one behind only when it is killed.
 * @param prefix the others are left out, and not asked.
 */
export function liveSessionNames(config: Config, prefix = ""): string[] {
  const names = sessionNames(config).filter((name) => name.startsWith(prefix));
  if (names.length > MAX_ASKED) return names;
  return names.filter((name) => !isRefused(socketPath(placeOf(config, name), name)));
}
