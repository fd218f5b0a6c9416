import { readFileSync } from "node:fs";

import { errnoOf } from "../../base/errors.ts";

/** Far more than anybody needs: every list and picker has one, each attached client has one. */
const MAX_CONNECTIONS = 1024;
/** Descriptors for everything else: terminal, log, files that are read and written now and then. */
const OTHER_DESCRIPTORS = 64;
const MIN_CONNECTIONS = 16;

/**
 * Connections that a daemon may have. Without free descriptors it could not accept the next one,
 * which the kernel would announce without end, nor do anything else.
 */
export function maxConnections(): number {
  const descriptors = openFilesLimit() ?? Number.POSITIVE_INFINITY;
  return Math.max(MIN_CONNECTIONS, Math.min(MAX_CONNECTIONS, descriptors - OTHER_DESCRIPTORS));
}

/** The soft limit, or undefined where nobody tells or there is none: proc_pid_limits(5). */
function openFilesLimit(): number | undefined {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const soft = /^Max open files +(\d+)/m.exec(limits)?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch (error) {
    if (errnoOf(error) !== undefined) return undefined; // no /proc here
    throw error;
  }
}
