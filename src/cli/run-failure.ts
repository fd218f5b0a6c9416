import { TsmError } from "../base/errors.ts";
import { failure } from "./failure.ts";

/** The error of a command that could not be run in a session, unless it names that itself. */
export function runFailure(name: string, error: unknown): unknown {
  const isWhole = error instanceof TsmError && /^[A-Z]/.test(error.message);
  return isWhole ? error : failure("run in session", name, error);
}
