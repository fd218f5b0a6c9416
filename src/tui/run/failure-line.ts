import { describeError, TsmError } from "../../base/errors.ts";

/** Message and remedy of a failure on one line. */
export function failureLine(error: unknown): string {
  const message = describeError(error);
  if (!(error instanceof TsmError) || error.remedy === undefined) return message;
  return `${message}${/[.!?]$/.test(message) ? "" : "."} ${error.remedy}`;
}
