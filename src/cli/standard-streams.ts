import { errnoOf, TsmError } from "../base/errors.ts";
import { explainSystemError } from "../base/system-errors.ts";
import { writeAll } from "../base/write-descriptor.ts";

const STDOUT = 1;
const STDERR = 2;

/**
 * Writes to standard output.
 * @returns false if the reader is gone.
 * @throws TsmError `output` when it cannot be written for any other reason.
 */
export function writeOutput(bytes: Uint8Array): boolean {
  try {
    writeAll(STDOUT, bytes);
    return true;
  } catch (error) {
    if (errnoOf(error) === "EPIPE") return false;
    throw outputError(error);
  }
}

/** Writes to standard error; if that fails, there is nowhere to report it. */
export function writeError(bytes: Uint8Array): void {
  try {
    writeAll(STDERR, bytes);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

/** The error of a command whose output could not be written. */
export function outputError(error: unknown): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const { fact, remedy } = explainSystemError(error) ?? { fact: errno, remedy: undefined };
  return new TsmError("output", `Cannot write standard output: ${fact}.`, {
    cause: error,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
