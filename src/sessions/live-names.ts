import { TsmError } from "../base/errors.ts";
import { socketPath, type Config } from "../config/paths.ts";
import { Connection } from "./connection.ts";
import { sessionNames } from "./list.ts";

/** Somebody waits with a finger on the keyboard: what has not refused by then counts as alive. */
const PATIENCE_MS = 15;
/** Each connection wakes a daemon: with more of them the answer would come too late. */
const MAX_ASKED = 32;

/**
 * Names of the sessions whose daemons listen, sorted, in some milliseconds. Nothing is removed. Of
 * many sessions the names of all sockets: a daemon leaves one behind only when it is killed.
 * @param prefix the others are left out, and not asked.
 */
export async function liveSessionNames(config: Config, prefix = ""): Promise<string[]> {
  const names = sessionNames(config).filter((name) => name.startsWith(prefix));
  if (names.length > MAX_ASKED) return names;
  const isLive = await Promise.all(names.map((name) => listens(socketPath(config, name))));
  return names.filter((_, i) => isLive[i]);
}

async function listens(path: string): Promise<boolean> {
  try {
    const silent = { onMessage: () => {}, onClose: () => {} };
    const connection = await Connection.open(path, silent, PATIENCE_MS);
    connection.close();
    return true;
  } catch (error) {
    if (!(error instanceof TsmError)) throw error;
    return error.code === "unreachable";
  }
}
