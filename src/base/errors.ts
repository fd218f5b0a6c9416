/** The kind of error, for programs that branch on it; the message is for people. */
export type ErrorCode =
  | "usage"
  | "invalid-name"
  | "not-found"
  | "exists"
  | "unreachable"
  | "refused"
  | "not-a-socket"
  | "foreign"
  | "unsafe-directory"
  | "not-a-terminal"
  | "bad-frame"
  | "unsupported"
  | "busy"
  | "lost"
  | "lost-output"
  | "timeout"
  | "ended"
  | "spawn-failed"
  | "config"
  /** Standard output cannot be written. */
  | "output"
  | "io";

export interface TsmErrorOptions {
  /** Advice on what the user can do: one sentence, printed on its own line. */
  remedy?: string;
  /** Exit status of a command that fails with this error. Default 1. */
  exitCode?: number;
  cause?: unknown;
}

/**
 * The one error class of this program. `message` states the fact, `remedy` what to do; the command
 * line prints both, once, on stderr. Anything else that reaches the top is a defect.
 */
export class TsmError extends Error {
  override readonly name: string = "TsmError";
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, options: TsmErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The errno name of a system error (`ENOENT`, `EACCES`, …), or undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** The message of anything thrown, on one line. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, " ").trim();
}
