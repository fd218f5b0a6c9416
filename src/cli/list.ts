import { currentSession } from "../config/environment.ts";
import { listSessions } from "../sessions/list.ts";
import { toSessionJson } from "../sessions/session-json.ts";
import { needsAttention, type Session } from "../sessions/session.ts";
import { SORT_ORDERS, sortSessions, type SortOrder } from "../sessions/sort-sessions.ts";
import { usageError } from "./arguments.ts";
import { defineTsmCommand, type CliContext } from "./command.ts";
import { withDetails } from "./session-details.ts";
import { sessionTable } from "./session-table.ts";
import { standardOutput, type OutputKind } from "./terminal-output.ts";

type Form = "table" | "json" | "short";

export const listCommand = defineTsmCommand({
  usage: "tsm list [--short|--json] [--sort ORDER] [--attention] [--watch]",
  description:
    "Lists all sessions, one a line. What a dead session has left behind is removed on the way. " +
    "The session that you are in is marked with *, one that waits for you with ! : an agent in it " +
    "has stopped, or a program has called (BEL, OSC 9, OSC 777), since somebody was attached. With " +
    "--attention only these are listed, and the exit status is 1 when there is none.",
  examples: [
    ["tsm ls", "all sessions"],
    ["tsm ls --sort memory", "the largest first"],
    ["tsm ls --short --attention", "names of those that wait for you"],
    ["tsm ls --json | jq -r '.[].name'", "for programs; docs/sessions.schema.json"],
  ],
  args: {
    short: { type: "boolean", alias: "s", description: "names only" },
    json: { type: "boolean", alias: "j", description: "everything that is known, as JSON" },
    sort: {
      type: "enum",
      options: [...SORT_ORDERS],
      description: `by ${SORT_ORDERS.join(", ")}`,
    },
    attention: { type: "boolean", alias: "A", description: "only those that wait for you" },
    watch: { type: "boolean", alias: "w", description: "list again every two seconds" },
  },
  async run({ short, json, sort, attention, watch }, context) {
    if (short === true && json === true) {
      throw usageError("--short and --json exclude each other: tsm list [--short|--json]");
    }
    const form: Form = json === true ? "json" : short === true ? "short" : "table";
    const order = sort ?? "name";
    const isFiltered = attention === true;
    if (watch === true) {
      const { watchLines } = await import("./watch-lines.ts");
      await watchLines(context, async (output) => {
        const sessions = await readSessions(context, { order, isFiltered, isShort: false });
        return formatSessions(sessions, form, context, output);
      });
      return 0;
    }
    // Names alone need nothing that has to be looked up, unless they are chosen or sorted by it.
    const isShort = form === "short" && !isFiltered && (order === "name" || order === "age");
    const sessions = await readSessions(context, { order, isFiltered, isShort });
    if (!isFiltered || sessions.length > 0 || form === "json") {
      const lines = formatSessions(sessions, form, context, standardOutput(context.env));
      for (const line of lines) context.print(line);
    }
    return isFiltered && sessions.length === 0 ? 1 : 0;
  },
});

async function readSessions(
  context: CliContext,
  how: { order: SortOrder; isFiltered: boolean; isShort: boolean },
): Promise<Session[]> {
  const found = await listSessions(context.config);
  const described = how.isShort ? found : withDetails(found, context);
  const wanted = how.isFiltered ? described.filter(needsAttention) : described;
  return sortSessions(wanted, how.order);
}

function formatSessions(
  sessions: readonly Session[],
  form: Form,
  context: CliContext,
  output: OutputKind,
): string[] {
  switch (form) {
    case "short":
      return sessions.map(({ name }) => name);
    case "json": {
      const current = currentSession(context.env);
      const all = sessions.map((session) => toSessionJson(session, context.env, current));
      return [JSON.stringify(all, undefined, output.size === undefined ? undefined : 2)];
    }
    case "table":
      if (sessions.length === 0) return [`no sessions found in ${context.config.socketDir}`];
      return sessionTable(sessions, context.env, output);
  }
}

/** The table of sessions, or a line that says there are none. */
export function printSessions(sessions: readonly Session[], context: CliContext): void {
  const described = withDetails(sessions, context);
  const lines = formatSessions(described, "table", context, standardOutput(context.env));
  for (const line of lines) context.print(line);
}
