import type { Session } from "../../sessions/session.ts";
import type { CliContext } from "../command.ts";
import { standardOutput } from "../terminal-output.ts";
import { withDetails } from "../../sessions/session-details.ts";
import { sessionTable } from "./session-table.ts";

/** Prints the table of sessions; at least one. */
export function printSessions(sessions: readonly Session[], context: CliContext): void {
  const described = withDetails(sessions, context);
  const lines = sessionTable(described, context.env, standardOutput(context.env));
  for (const line of lines) context.print(line);
}
