import { expect, test } from "bun:test";

import { sortSessions, type SortOrder } from "../../src/sessions/sort-sessions.ts";
import { sampleSession } from "./sample-session.ts";

const sessions = [
  sampleSession({ name: "c", createdAt: 3, memory: 10, clients: 2 }),
  sampleSession({ name: "b", createdAt: 1, memory: 30, gitRepoName: "zoo" }),
  sampleSession({ name: "a", createdAt: 2, memory: 30, gitRepoName: "app" }),
];

test.each<[SortOrder, string]>([
  ["name", "abc"],
  ["age", "cab"],
  ["memory", "abc"],
  ["clients", "cab"],
  ["repo", "abc"],
])("sessions are sorted by %s, equal ones by name", (order, names) => {
  expect(
    sortSessions(sessions, order)
      .map(({ name }) => name)
      .join(""),
  ).toBe(names);
});
