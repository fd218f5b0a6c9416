import { describeError, TsmError, type ErrorCode } from "../base/errors.ts";
import { explainSystemError } from "../base/system-errors.ts";
import { quoteName } from "../sessions/names.ts";
import type { CliContext } from "./command.ts";

/** Errors whose messages already say what failed, and where. */
const SELF_EXPLANATORY: ReadonlySet<ErrorCode> = new Set([
  "invalid-name",
  "usage",
  "unsafe-directory",
  "busy",
  "lost",
  "lost-output",
  "timeout",
  "ended",
  "output",
]);

/**
 * The error of a command that failed for a session: `Cannot kill session "x": session not found.`
 * Self-explanatory errors (a bad name, wrong use) are returned unchanged.
 */
export function failure(what: string, session: string, error: unknown): unknown {
  if (!(error instanceof TsmError)) return error;
  if (SELF_EXPLANATORY.has(error.code)) return error;
  const reason =
    error.code === "not-found" ? "session not found" : error.message.replace(/\.$/, "");
  return new TsmError(error.code, `Cannot ${what} ${quoteName(session)}: ${reason}.`, {
    exitCode: error.exitCode,
    cause: error,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
  });
}

/** Prints an error on stderr; returns the exit status. */
export function printError(error: unknown, context: Pick<CliContext, "warn">): number {
  const problem = explainSystemError(error);
  if (problem !== undefined) {
    const detail = describeError(error).replace(/^E[A-Z0-9]+: /, "");
    context.warn(`tsm: ${problem.fact}: ${detail}.`);
    context.warn(problem.remedy);
    return 1;
  }
  if (!(error instanceof TsmError)) {
    context.warn(`tsm: unexpected failure: ${describeError(error)}`);
    context.warn("This is a bug in tsm. Please report it, with what you did.");
    return 1;
  }
  context.warn(/[.?!:…\]>]$/.test(error.message) ? error.message : `${error.message}.`);
  if (error.remedy !== undefined) context.warn(error.remedy);
  return error.exitCode;
}
