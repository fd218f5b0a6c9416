import { TsmError } from "../base/errors.ts";
import type { CliContext } from "./command.ts";
import { failure, printError } from "./failure.ts";

/** The result for one of several sessions. */
export interface SessionOutcome {
  name: string;
  /** What went wrong; undefined on success. */
  error: string | undefined;
}

/**
 * Does something to one session after the other. Failures are printed on stderr and do not stop
 * the rest.
 * @param what as in `Cannot kill session "x"`.
 */
export async function actOnSessions(
  context: Pick<CliContext, "warn">,
  what: string,
  names: readonly string[],
  act: (name: string) => Promise<void>,
): Promise<SessionOutcome[]> {
  const outcomes: SessionOutcome[] = [];
  for (const name of names) {
    try {
      await act(name);
      outcomes.push({ name, error: undefined });
    } catch (error) {
      const explained = failure(what, name, error);
      printError(explained, context);
      const reason = explained instanceof TsmError ? explained.message : "unexpected failure";
      outcomes.push({ name, error: reason });
    }
  }
  return outcomes;
}

/** 0 if all succeeded, else 1. */
export function exitStatusOf(outcomes: readonly SessionOutcome[]): number {
  return outcomes.some(({ error }) => error !== undefined) ? 1 : 0;
}

/** One JSON array: `{name, [done]: true}`, or `{name, [done]: false, error}`, for each session. */
export function outcomesAsJson(outcomes: readonly SessionOutcome[], done: string): string {
  return JSON.stringify(
    outcomes.map(({ name, error }) =>
      error === undefined ? { name, [done]: true } : { name, [done]: false, error },
    ),
  );
}
