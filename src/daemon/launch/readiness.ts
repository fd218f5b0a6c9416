import { closeSync, openSync } from "node:fs";

import { errnoOf } from "../../base/errors.ts";
import { writeAll } from "../../base/write-descriptor.ts";

const STDOUT = 1;
const READY = "ready";
const FAILED = "failed ";

/** What a starting daemon says on its standard output, one line. */
export type Readiness = { isReady: true } | { isReady: false; reason: string };

/** Tells the starting process that the session runs. */
export function tellReady(): void {
  tell(`${READY}\n`);
}

/** Tells the starting process why there is no session. */
export function tellFailure(reason: string): void {
  tell(`${FAILED}${reason.replaceAll("\n", " ")}\n`);
}

/** Reads a daemon's line; undefined until it is whole. */
export function parseReadiness(text: string): Readiness | undefined {
  const end = text.indexOf("\n");
  if (end === -1) return undefined;
  const line = text.slice(0, end);
  return line === READY
    ? { isReady: true }
    : { isReady: false, reason: line.startsWith(FAILED) ? line.slice(FAILED.length) : line };
}

/** Says it and gives the pipe back: from now on standard output is /dev/null like the others. */
function tell(line: string): void {
  try {
    writeAll(STDOUT, Buffer.from(line));
  } catch (error) {
    // EPIPE: whoever started us has gone; the session goes on.
    if (errnoOf(error) === undefined) throw error;
  }
  closeSync(STDOUT);
  openSync("/dev/null", "r+"); // the lowest free descriptor: the one just closed
}
