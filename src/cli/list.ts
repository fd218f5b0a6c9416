import { currentSession } from "../config/environment.ts";
import { listSessions } from "../sessions/list.ts";
import { displayDir, type Session } from "../sessions/session.ts";
import { printable } from "./arguments.ts";
import { defineTsmCommand, type CliContext } from "./command.ts";
import { formatDuration, renderTable } from "./table.ts";

const HEADER = ["NAME", "PID", "ATTACHED", "UPTIME", "CMD", "DIR"];

export const listCommand = defineTsmCommand({
  usage: "tsm list",
  description:
    "Lists all sessions, one a line. What a dead session has left behind is removed on the way. " +
    "The session that you are in is marked with *.",
  examples: [["tsm ls", "all sessions"]],
  args: {},
  async run(_, context) {
    printSessions(await listSessions(context.config), context);
  },
});

/** The table of sessions, or a line that says there are none. */
export function printSessions(sessions: readonly Session[], context: CliContext): void {
  if (sessions.length === 0) {
    context.print(`no sessions found in ${context.config.socketDir}`);
    return;
  }
  const current = currentSession(context.env);
  const rows = sessions.map((session) => sessionRow(session, current, context));
  for (const line of renderTable([HEADER, ...rows])) context.print(line);
}

function sessionRow(session: Session, current: string | undefined, context: CliContext): string[] {
  const name = session.name === current ? `${session.name}*` : session.name;
  if (!session.isReachable) return [name, "-", "-", "-", "(not answering)", ""];
  const ageSeconds = Math.max(0, Date.now() / 1000 - session.createdAt);
  return [
    name,
    session.pid,
    session.clients > 0 ? `yes (${session.clients})` : "-",
    formatDuration(ageSeconds),
    printable(session.cmd),
    printable(displayDir(session, context.env)),
  ];
}
