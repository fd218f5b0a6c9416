import type { CommandResult } from "./sandbox.ts";

/** A command that failed: nothing on stdout, exactly this on stderr. */
export function failed(stderr: string, code = 1): CommandResult {
  return { code, stdout: "", stderr };
}
