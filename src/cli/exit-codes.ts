import { TsmError } from "../base/errors.ts";

/** Of commands whose exit status is another command's, as timeout(1) and its like have them. */
export const EXIT_TIMED_OUT = 124;
export const EXIT_NOT_RUN = 125;

/** The same failure with an exit status that no command in a session is likely to have. */
export function withExitStatus125(error: unknown): unknown {
  if (!(error instanceof TsmError) || error.exitCode !== 1) return error;
  if (error.code === "output") return error; // the command is not to blame, and was run
  return new TsmError(error.code, error.message, {
    exitCode: EXIT_NOT_RUN,
    cause: error,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
  });
}

/** Does something whose failures get that exit status. */
export function failingWith125<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withExitStatus125(error);
  }
}

/** The failure to get done in time. */
export function timedOut(message: string, remedy: string): TsmError {
  return new TsmError("timeout", message, { remedy, exitCode: EXIT_TIMED_OUT });
}
