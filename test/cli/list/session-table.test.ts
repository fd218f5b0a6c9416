import { expect, test } from "bun:test";

import { sessionTable } from "../../../src/cli/list/session-table.ts";
import { PLAIN_OUTPUT } from "../../../src/cli/terminal-output.ts";
import type { Session } from "../../../src/sessions/session.ts";
import { sampleSession } from "../../sessions/sample-session.ts";

const now = Math.floor(Date.now() / 1000);
const agent: Partial<Session> = {
  name: "agent",
  agentKind: "claude",
  agentState: "working",
  agentSummary: "exec: bun test",
};

function plain(...sessions: Session[]): string[] {
  return sessionTable(sessions, { HOME: "/srv" }, PLAIN_OUTPUT);
}

test("elsewhere than on a terminal there is one line for each session", () => {
  const lines = plain(
    sampleSession({ createdAt: now - 90_000, memory: 41 << 20, clients: 2 }),
    sampleSession({ name: "x", pid: "8", createdAt: now, hasNotification: true, cmd: "a\nb" }),
  );
  expect(lines).toEqual([
    "NAME  PID  ATTACHED  UPTIME  MEM  CMD      DIR",
    "work  77   yes (2)   1d 1h   41M  bash -l  ~/app",
    "x     8    - !       0s      -    a\\nb     ~/app",
  ]);
});

test("branch and agent have columns when any session has one", () => {
  const [header, first, second] = plain(
    sampleSession({ ...agent, gitBranchName: "main" }),
    sampleSession(),
  );
  expect(header).toMatch(/^NAME +BRANCH +PID .* DIR +AGENT$/);
  expect(first).toMatch(/^agent +main +77 .* claude · working · exec: bun test$/);
  expect(second).toMatch(/^work +- +77 .* ~\/app$/);
});

test("a session that does not answer has its name", () => {
  const [, line] = plain(sampleSession({ isReachable: false, pid: "", startedIn: "", cmd: "" }));
  expect(line).toMatch(/^work +- +- +- +- +\(not answering\)$/);
});

test("on a terminal nothing is wider than it, whatever its width and the names", () => {
  const sessions = [
    sampleSession({ ...agent, name: "日本語".repeat(20), gitBranchName: "feature/".repeat(9) }),
    sampleSession({ cmd: "make ".repeat(90), startedIn: `/${"deep/".repeat(50)}end` }),
  ];
  for (let cols = 1; cols <= 160; cols++) {
    const lines = sessionTable(
      sessions,
      {},
      { size: { cols, rows: 24 }, hasColor: true, obeysSequences: true },
    );
    expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(cols);
    expect(lines).toHaveLength(4);
  }
});

test("the end of a directory and the beginning of a command are kept", () => {
  const session = sampleSession({
    cmd: `make ${"x".repeat(99)}`,
    startedIn: `/${"d/".repeat(50)}end`,
  });
  const lines = sessionTable(
    [session],
    {},
    { size: { cols: 80, rows: 24 }, hasColor: false, obeysSequences: true },
  );
  expect(lines[1]).toMatch(/ make x+… +….*\/d\/end$/);
  expect(Bun.stringWidth(lines[1] ?? "")).toBe(80);
});

test("there is colour only where it is wanted", () => {
  const sessions = [sampleSession({ ...agent, hasNotification: true })];
  const size = { cols: 80, rows: 24 };
  const colored = sessionTable(sessions, {}, { size, hasColor: true, obeysSequences: true });
  const uncolored = sessionTable(sessions, {}, { size, hasColor: false, obeysSequences: true });
  expect(colored.join("\n")).toContain("\x1b[33m");
  expect(uncolored.join("\n")).not.toContain("\x1b");
  expect(colored.map((line) => Bun.stripANSI(line))).toEqual(uncolored);
});
