import type { Session } from "./session.ts";

/** Orders in which sessions can be listed. */
export const SORT_ORDERS = ["name", "age", "memory", "clients", "repo"] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

/**
 * Sorts sessions: names and repositories alphabetically (sessions without a repository last); the
 * newest, the largest or the most attached first. Ties are sorted by name.
 */
export function sortSessions(sessions: readonly Session[], order: SortOrder): Session[] {
  const compare = COMPARISONS[order];
  return sessions.toSorted((a, b) => compare(a, b) || byText(a.name, b.name));
}

const COMPARISONS: Record<SortOrder, (a: Session, b: Session) => number> = {
  name: () => 0,
  age: (a, b) => b.createdAt - a.createdAt,
  memory: (a, b) => b.memory - a.memory,
  clients: (a, b) => b.clients - a.clients,
  repo: (a, b) =>
    Number(a.gitRepoName === "") - Number(b.gitRepoName === "") ||
    byText(a.gitRepoName, b.gitRepoName) ||
    byText(a.gitBranchName, b.gitBranchName),
};

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
