import { TsmError } from "../base/errors.ts";

/** For commands that pass on another command's exit status; the same as those of timeout(1). */
export const EXIT_TIMED_OUT = 124;
export const EXIT_NOT_RUN = 125;

/** The same error with exit status 125, which a command in a session is unlikely to have. */
export function withExitStatus125(error: unknown): unknown {
  if (!(error instanceof TsmError) || error.exitCode !== 1) return error;
  if (error.code === "output") return error; // the command was run; only its output could not be written
  return new TsmError(error.code, error.message, {
    exitCode: EXIT_NOT_RUN,
    cause: error,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
  });
}

/** Calls `work`; its errors get exit status 125. */
export function failingWith125<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withExitStatus125(error);
  }
}

/** The error of a command that timed out. */
export function timedOut(message: string, remedy: string): TsmError {
  return new TsmError("timeout", message, { remedy, exitCode: EXIT_TIMED_OUT });
}
