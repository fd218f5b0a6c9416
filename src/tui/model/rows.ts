import { filterSessions, type FilterResult } from "./filter.ts";
import type { ListedSession } from "./listed-session.ts";
import type { SortOrder } from "../../sessions/sort-sessions.ts";
import type { PickerState, Row } from "./state.ts";

/** The lines of the list: groups with their members, or the matches of the filter. */
export function buildRows(
  state: Pick<PickerState, "sessions" | "sort" | "folded" | "filter">,
): Row[] {
  const sorted = [...state.sessions].sort(comparison(state.sort));
  const query = state.filter.text.trim();
  if (query !== "") {
    const found = filterSessions(state.sessions, query);
    return bestFirst(found, sorted).map(({ session, matches }) =>
      sessionRow(session, false, matches),
    );
  }
  return grouped(sorted, state.folded);
}

/** Equal scores keep the order of the unfiltered list. */
function bestFirst(
  found: readonly FilterResult[],
  sorted: readonly ListedSession[],
): FilterResult[] {
  const rank = new Map(sorted.map((session, at) => [session, at]));
  return [...found].sort(
    (a, b) => b.score - a.score || (rank.get(a.session) ?? 0) - (rank.get(b.session) ?? 0),
  );
}

/** A group takes the place of its first member. */
function grouped(sorted: readonly ListedSession[], folded: ReadonlySet<string>): Row[] {
  const groups = Map.groupBy(sorted, ({ repo }) => repo);
  const rows: Row[] = [];
  const done = new Set<string>();
  for (const session of sorted) {
    const members = groups.get(session.repo) ?? [];
    if (session.repo === "" || members.length < 2) {
      rows.push(sessionRow(session, false));
      continue;
    }
    if (done.has(session.repo)) continue;
    done.add(session.repo);
    const isFolded = folded.has(session.repo);
    const id = `group ${session.repo}`;
    rows.push({ kind: "group", id, repo: session.repo, count: members.length, isFolded });
    if (!isFolded) rows.push(...members.map((member) => sessionRow(member, true)));
  }
  return rows;
}

function sessionRow(
  session: ListedSession,
  isMember: boolean,
  matches: (Row & { kind: "session" })["matches"] = undefined,
): Row {
  return { kind: "session", id: `session ${session.name}`, session, isMember, matches };
}

type Comparison = (a: ListedSession, b: ListedSession) => number;

function comparison(order: SortOrder): Comparison {
  const byName: Comparison = (a, b) => compareTexts(a.name, b.name);
  switch (order) {
    case "repo":
      // Sessions outside any repository come last.
      return (a, b) =>
        Number(a.repo === "") - Number(b.repo === "") ||
        compareTexts(a.repo, b.repo) ||
        byName(a, b);
    case "name":
      return byName;
    case "clients":
      return (a, b) => b.clients - a.clients || byName(a, b);
    case "age":
      return (a, b) => b.createdAt - a.createdAt || byName(a, b);
    case "memory":
      return (a, b) => b.memory - a.memory || byName(a, b);
  }
}

const collator = new Intl.Collator("en", { numeric: true });

function compareTexts(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
