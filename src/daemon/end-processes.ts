import { sessionProcesses, signalSession } from "../system/processes/session-processes.ts";

/** After this, processes that have survived SIGHUP are killed. */
const GRACE_MS = 500;
/** A process that even SIGKILL does not end (it hangs in the kernel) is left behind after this. */
const GIVE_UP_MS = 3000;
const CHECK_MS = 10;

/**
 * Ends the processes of a session as a terminal that goes away does: SIGHUP, and SIGKILL to those
 * that remain. Resolves when they are gone.
 * @param leader pid of the session's first process.
 * @param isReaped whether its end has been seen.
 */
export function endProcesses(leader: number, isReaped: () => boolean): Promise<void> {
  signalSession(leader, "SIGHUP");
  signalSession(leader, "SIGCONT"); // a stopped process gets its SIGHUP only when it goes on
  const startedMs = performance.now();
  const { promise, resolve } = Promise.withResolvers<void>();
  const check = setInterval(() => {
    const elapsedMs = performance.now() - startedMs;
    if (elapsedMs > GRACE_MS) signalSession(leader, "SIGKILL");
    const isGone = isReaped() && sessionProcesses(leader).length === 0;
    if (!isGone && elapsedMs < GIVE_UP_MS) return;
    clearInterval(check);
    resolve();
  }, CHECK_MS);
  return promise;
}
