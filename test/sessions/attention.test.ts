import { expect, test } from "bun:test";

import { needsAttention } from "../../src/sessions/session.ts";
import { sampleSession } from "./sample-session.ts";

const stopped = { agentKind: "claude", agentNeedsAttention: true, agentUpdated: 100 };

test("a quiet session waits for nobody", () => {
  expect(needsAttention(sampleSession())).toBe(false);
});

test("a session whose program has called waits for its user, unless somebody is attached", () => {
  expect(needsAttention(sampleSession({ hasNotification: true }))).toBe(true);
  expect(needsAttention(sampleSession({ hasNotification: true, clients: 1 }))).toBe(false);
});

test("an agent that has stopped since somebody was attached waits for its user", () => {
  expect(needsAttention(sampleSession({ ...stopped, lastAttachedAt: 99 }))).toBe(true);
  expect(needsAttention(sampleSession({ ...stopped, lastAttachedAt: 0 }))).toBe(true);
  expect(needsAttention(sampleSession({ ...stopped, clients: 1 }))).toBe(false);
});

test("an agent that had stopped while somebody was attached has been seen", () => {
  expect(needsAttention(sampleSession({ ...stopped, lastAttachedAt: 100 }))).toBe(false);
  expect(needsAttention(sampleSession({ ...stopped, lastAttachedAt: 101 }))).toBe(false);
});

test("an agent in a session of another build, which tells no times, waits for its user", () => {
  expect(needsAttention(sampleSession({ ...stopped, lastAttachedAt: undefined }))).toBe(true);
});
