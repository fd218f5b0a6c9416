import { makeHarmless, makeLinesHarmless } from "../../base/harmless-text.ts";
import { currentSession } from "../../config/environment.ts";
import type { Labels } from "../../sessions/labels.ts";
import { listSessions, namesakes } from "../../sessions/list.ts";
import { quoteName } from "../../sessions/names.ts";
import { toSessionJson } from "../../sessions/session-json.ts";
import { needsAttention, type Session } from "../../sessions/session.ts";
import { SORT_ORDERS, sortSessions, type SortOrder } from "../../sessions/sort-sessions.ts";
import { usageError } from "../arguments.ts";
import { defineTsmCommand, type CliContext } from "../command.ts";
import { parseConditions } from "../list/label-conditions.ts";
import { withDetails } from "../../sessions/session-details.ts";
import { chooseNames } from "../session-names.ts";
import { sessionTable } from "../list/session-table.ts";
import { standardOutput, type OutputKind } from "../terminal-output.ts";

type Form = "table" | "json" | "short";

export const listCommand = defineTsmCommand({
  usage:
    "tsm list [--short|--json] [--sort ORDER] [--attention] [--where KEY=VALUE] [--watch] [name…]",
  description:
    "Lists all sessions, one per line, and removes what dead sessions have left behind. * marks " +
    "the session you are in; ! marks one that needs your attention: an agent in it has stopped, " +
    "or a program has called (BEL, OSC 9, OSC 777), since a client was last attached. --attention " +
    "lists only these, and exits with 1 if there are none. Names and patterns (*, ?, [a-z], in " +
    "quotes) select sessions; --where selects them by label: KEY=VALUE, KEY for any value, KEY= " +
    "for none; of several, separated by commas, all must match. With TSM_PREFIX, only sessions " +
    "whose names begin with it are listed.",
  examples: [
    ["tsm ls", "all sessions"],
    ["tsm ls --sort memory", "the largest first"],
    ["tsm ls --short --attention", "names of sessions that need attention"],
    ["tsm ls 'api-*' --where env=ci", "by name and label"],
    ["tsm ls --json | jq -r '.[].name'", "for programs; docs/sessions.schema.json"],
  ],
  args: {
    names: {
      type: "positional",
      required: false,
      valueHint: "session",
      description: "names of the sessions, or patterns",
    },
    short: { type: "boolean", alias: "s", description: "names only" },
    json: { type: "boolean", alias: "j", description: "everything tsm knows, as JSON" },
    sort: {
      type: "enum",
      options: [...SORT_ORDERS],
      description: `by ${SORT_ORDERS.join(", ")}`,
    },
    attention: { type: "boolean", alias: "A", description: "only sessions that need attention" },
    where: {
      type: "string",
      valueHint: "KEY=VALUE,…",
      description: "only sessions with these labels",
    },
    watch: { type: "boolean", alias: "w", description: "refresh every two seconds" },
  },
  async run({ short, json, sort, attention, where, watch, _: words }, context) {
    if (short === true && json === true) {
      throw usageError("--short and --json exclude each other: tsm list [--short|--json]");
    }
    const form: Form = json === true ? "json" : short === true ? "short" : "table";
    const order = sort ?? "name";
    const isFiltered = attention === true;
    const hasLabels = where === undefined ? () => true : parseConditions(where);
    const choice: Choice = { words, hasLabels, isFiltered, order };
    if (watch === true) {
      const { watchLines } = await import("../list/watch-lines.ts");
      await watchLines(context, async (output) => {
        const sessions = await readListedSessions(context, choice, false);
        return formatSessions(sessions, form, context, output);
      });
      return 0;
    }
    // Names alone need no details, unless sessions are filtered or sorted by them.
    const isShort = form === "short" && !isFiltered && (order === "name" || order === "age");
    const sessions = await readListedSessions(context, choice, isShort);
    if (!isFiltered || sessions.length > 0 || form === "json") {
      const lines = formatSessions(sessions, form, context, standardOutput(context.env));
      for (const line of lines) context.print(line);
      if (form === "table") warnOfNamesakes(context, sessions);
    }
    return isFiltered && sessions.length === 0 ? 1 : 0;
  },
});

/** Which sessions are listed, and in which order. */
interface Choice {
  /** Names and patterns; all sessions when there are none. */
  words: readonly string[];
  hasLabels: (labels: Labels) => boolean;
  /** Only sessions that need attention. */
  isFiltered: boolean;
  order: SortOrder;
}

async function readListedSessions(
  context: CliContext,
  choice: Choice,
  isShort: boolean,
): Promise<Session[]> {
  const named = await listSessions(context.config, (all) =>
    chooseNames(context, choice.words, all),
  );
  const found = named.filter(({ labels }) => choice.hasLabels(labels));
  const described = isShort ? found : withDetails(found, context);
  const wanted = choice.isFiltered ? described.filter(needsAttention) : described;
  return sortSessions(wanted, choice.order);
}

function formatSessions(
  sessions: readonly Session[],
  form: Form,
  context: CliContext,
  output: OutputKind,
): string[] {
  switch (form) {
    case "short":
      return sessions.map(({ name }) => makeHarmless(name));
    case "json": {
      const current = currentSession(context.env);
      const all = sessions.map((session) => toSessionJson(session, context.env, current));
      const json = JSON.stringify(all, undefined, output.size === undefined ? undefined : 2);
      return [makeLinesHarmless(json)];
    }
    case "table":
      if (sessions.length === 0) return [`no sessions found in ${context.config.socketDir}`];
      return sessionTable(sessions, context.env, output);
  }
}

/** Two places may each have a session of the same name, which reaches only one of them. */
function warnOfNamesakes({ config, warn }: CliContext, listed: readonly Session[]): void {
  for (const { name, place } of namesakes(config)) {
    if (!listed.some((session) => session.name === name)) continue;
    const where = `${quoteName(name)} is in ${place.socketDir}`;
    warn(`Another session ${where}: set TSM_DIR to that directory to reach it.`);
  }
}
