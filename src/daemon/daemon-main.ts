import { keepFilesPrivate } from "../system/file-mask.ts";
import { LOOK_SIGNAL } from "../sessions/files/hidden.ts";
import { raiseOpenFileLimit } from "../system/open-file-limit.ts";
import type { DaemonOptions } from "./daemon-options.ts";
import { SessionDaemon } from "./session-daemon.ts";
import { reportFailure, reportReady } from "./launch/readiness.ts";

/**
 * Runs one session in this process until it ends, and reports to the starting process on standard
 * output whether it is running. Meant for a process of its own: it takes over signals and exceptions.
 *
 * @returns the exit status for this process.
 */
export async function runDaemonMain(options: DaemonOptions): Promise<number> {
  keepFilesPrivate();
  raiseOpenFileLimit(); // each client takes one
  let daemon: SessionDaemon;
  try {
    daemon = new SessionDaemon(options);
  } catch (error) {
    reportFailure(error);
    return 1;
  }
  for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"] as const) {
    process.on(signal, () => daemon.kill(signal));
  }
  process.on(LOOK_SIGNAL, () => daemon.checkSocket());
  process.on("SIGPIPE", () => {}); // a failed write reports that itself
  // A fault must not end the user's session.
  process.on("uncaughtException", (error) => daemon.reportFault(error));
  process.on("unhandledRejection", (reason) => daemon.reportFault(reason));
  reportReady();
  await daemon.ended;
  return 0;
}
