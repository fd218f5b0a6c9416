import { expect, test } from "bun:test";

import { needsAttention } from "../../src/sessions/session.ts";
import { sampleSession } from "./sample-session.ts";

const stopped = { agentKind: "claude", agentNeedsAttention: true, agentUpdated: 100 };

test("a quiet session needs no attention", () => {
  expect(needsAttention(sampleSession())).toBe(false);
});

test("a session whose program rang needs attention, unless a client is attached", () => {
  expect(needsAttention(sampleSession({ hasNotification: true }))).toBe(true);
  expect(needsAttention(sampleSession({ hasNotification: true, clients: 1 }))).toBe(false);
});

test("an agent that stopped after the last client left needs attention", () => {
  expect(needsAttention(sampleSession({ ...stopped, lastAttachedAt: 99 }))).toBe(true);
  expect(needsAttention(sampleSession({ ...stopped, lastAttachedAt: 0 }))).toBe(true);
  expect(needsAttention(sampleSession({ ...stopped, clients: 1 }))).toBe(false);
});

test("an agent that stopped while a client was attached has been seen", () => {
  expect(needsAttention(sampleSession({ ...stopped, lastAttachedAt: 100 }))).toBe(false);
  expect(needsAttention(sampleSession({ ...stopped, lastAttachedAt: 101 }))).toBe(false);
});

test("an agent in a session of another build, which reports no times, needs attention", () => {
  expect(needsAttention(sampleSession({ ...stopped, lastAttachedAt: undefined }))).toBe(true);
});
