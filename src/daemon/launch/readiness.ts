import { closeSync, openSync } from "node:fs";

import { describeError, errnoOf, TsmError } from "../../base/errors.ts";
import { writeAll } from "../../base/write-descriptor.ts";

const STDOUT = 1;
const READY = "ready";
const FAILED = "failed ";

/** What a starting daemon reports on its standard output, one line. */
export type Readiness =
  | { kind: "ready" }
  /** `code` is that of the {@link TsmError} it failed with; empty for a defect. */
  | { kind: "failed"; code: string; reason: string }
  /** It ended without a report: `output` is what it, or what should have started it, printed. */
  | { kind: "silent"; output: string };

/** Reports to the starting process that the session is running. */
export function reportReady(): void {
  report(`${READY}\n`);
}

/** Reports to the starting process why there is no session. */
export function reportFailure(error: unknown): void {
  const code = error instanceof TsmError ? error.code : "";
  report(`${FAILED}${code} ${describeError(error)}\n`);
}

/** Reads a daemon's line; undefined until it is whole. */
export function parseReadiness(text: string): Readiness | undefined {
  const end = text.indexOf("\n");
  if (end === -1) return undefined;
  const line = text.slice(0, end);
  if (line === READY) return { kind: "ready" };
  const [, code = "", reason = ""] = /^failed (\S*) (.*)$/.exec(line) ?? [];
  return line.startsWith(FAILED)
    ? { kind: "failed", code, reason }
    : { kind: "silent", output: line };
}

/** Writes it and gives the pipe back: from now on standard output is /dev/null like the others. */
function report(line: string): void {
  try {
    writeAll(STDOUT, Buffer.from(line));
  } catch (error) {
    // EPIPE: the starting process has gone; the session continues.
    if (errnoOf(error) === undefined) throw error;
  }
  closeSync(STDOUT);
  openSync("/dev/null", "r+"); // the lowest free descriptor: the one just closed
}
