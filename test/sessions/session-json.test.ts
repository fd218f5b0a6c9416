import { expect, test } from "bun:test";

import schema from "../../docs/sessions.schema.json";
import { toSessionJson } from "../../src/sessions/session-json.ts";
import { sampleSession } from "./sample-session.ts";
import { violations } from "./schema-check.ts";

const ENV = { HOME: "/srv" };

test("the schema has exactly the fields of the type, all of them required", () => {
  const names = Object.keys(toSessionJson(sampleSession(), ENV, undefined)).sort();
  expect(Object.keys(schema.items.properties).sort()).toEqual(names);
  expect(schema.items.required.toSorted()).toEqual(names);
});

test("sessions of every kind follow the schema", () => {
  const sessions = [
    sampleSession(),
    sampleSession({ isReachable: false, pid: "", createdAt: 0, lastAttachedAt: undefined }),
    sampleSession({ agentKind: "claude", agentUpdated: 1_700_000_000.5, agentCostUsd: 0.25 }),
    sampleSession({ createdAt: Number.MAX_SAFE_INTEGER }),
  ].map((session) => toSessionJson(session, ENV, "work"));
  expect(violations(JSON.parse(JSON.stringify(sessions)), schema)).toEqual([]);
});

test("a value that does not follow the schema is reported by its path", () => {
  const session = { ...toSessionJson(sampleSession(), ENV, "work"), clients: -1, cmd: 5 };
  expect(violations([session, {}], schema)).toContain("$[0].clients is below 0");
  expect(violations([session, {}], schema)).toContain("$[0].cmd is not string");
  expect(violations([session, {}], schema)).toContain("$[1].name is missing");
});

test("times are given in Unix seconds and in ISO 8601, unknown ones as 0 and null", () => {
  const json = toSessionJson(sampleSession({ lastAttachedAt: undefined }), ENV, "work");
  expect(json).toMatchObject({
    createdAt: 1_700_000_000,
    createdAtIso: "2023-11-14T22:13:20.000Z",
    taskEndedAt: 0,
    taskEndedAtIso: null,
    lastAttachedAt: 0,
    lastAttachedAtIso: null,
    displayDir: "~/app",
    isCurrent: true,
  });
});
