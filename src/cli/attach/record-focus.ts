import { errnoOf } from "../../base/errors.ts";
import { setFocus } from "../../sessions/files/focus.ts";
import type { CliContext } from "../command.ts";

/** Records the session for `tsm toggle`. */
export function recordFocus({ config }: Pick<CliContext, "config">, session: string): void {
  try {
    setFocus(config, session);
  } catch (error) {
    // ENOSPC, EROFS, …: only `tsm toggle` needs it.
    if (errnoOf(error) === undefined) throw error;
  }
}
