import { expect, test } from "bun:test";

import { agentLine } from "../../src/agents/agent-line.ts";
import { NO_AGENT, type AgentFacts } from "../../src/agents/agent.ts";
import { describeSessions, type SessionActivity } from "../../src/agents/describe-sessions.ts";
import { readFileEnd } from "../../src/agents/untrusted-files.ts";
import { FakeAgent } from "./fake-agent.ts";
import { lines, said, TestHome, toolUse } from "./test-home.ts";

function describeOne(home: TestHome, pid: number, startedIn: string): SessionActivity | undefined {
  return describeSessions([{ name: "work", pid, startedIn }], {
    home: home.path,
    statusline: (name) => readFileEnd(home.join("statusline", `${name}.json`), 128 << 10),
  }).get("work");
}

function projectDir(directory: string): string {
  return `.claude/projects/${directory.replace(/[^A-Za-z0-9_-]/g, "-")}`;
}

test("A session in which Claude Code runs says what it does", async () => {
  using home = new TestHome();
  await using agent = new FakeAgent(home, "claude", home.join("project"));
  await agent.isRunning;
  const entry = toolUse(
    "Bash",
    { command: "bun test" },
    { timestamp: "2026-01-31T10:00:00Z", gitBranch: "a\x1b[2J\nb" },
  );
  home.write(`${projectDir(home.project)}/a.jsonl`, lines([entry]));
  home.write("statusline/work.json", JSON.stringify({ model: { id: "claude-model-4" } }));
  const activity = describeOne(home, agent.pid, home.project);
  const expected: AgentFacts = {
    ...NO_AGENT,
    agentKind: "claude",
    agentState: "working",
    agentSummary: "exec: bun test",
    agentModel: "claude-model-4",
    agentBranch: "a b",
    agentUpdated: Date.parse("2026-01-31T10:00:00Z") / 1000,
  };
  expect(activity?.agent).toEqual(expected);
  expect(activity?.memory).toBeGreaterThan(0);
  const line = agentLine(activity?.agent ?? NO_AGENT, expected.agentUpdated + 12);
  expect(line).toBe("claude · working · exec: bun test · 12s");
});

test.skipIf(process.platform !== "linux")(
  "An agent that was started elsewhere than its session is found by its own directory",
  async () => {
    using home = new TestHome();
    const own = home.join("own ü");
    await using agent = new FakeAgent(home, "claude", own);
    await agent.isRunning;
    home.write(`${projectDir(home.project)}/a.jsonl`, lines([said("Session's", "end_turn")]));
    home.write(`${projectDir(own)}/a.jsonl`, lines([said("Own", "end_turn")]));
    expect(describeOne(home, agent.pid, home.project)?.agent?.agentSummary).toBe("Own");
  },
);

test("An agent whose files say nothing is known to run", async () => {
  using home = new TestHome();
  await using agent = new FakeAgent(home, "codex", home.path);
  await agent.isRunning;
  const facts = describeOne(home, agent.pid, home.project)?.agent;
  expect(facts).toEqual({ ...NO_AGENT, agentKind: "codex" });
});

test("A session without an agent and one that has ended are described too", () => {
  using home = new TestHome();
  const sessions = [
    { name: "shell", pid: process.pid, startedIn: "/" },
    { name: "__proto__", pid: 2 ** 30, startedIn: "" },
    { name: "unknown", pid: 0, startedIn: "/" },
  ];
  const activities = describeSessions(sessions, { home: home.path, statusline: () => undefined });
  expect([...activities.keys()]).toEqual(["shell", "__proto__", "unknown"]);
  expect(activities.get("shell")?.memory).toBeGreaterThan(0);
  for (const name of ["__proto__", "unknown"]) {
    expect(activities.get(name)).toMatchObject({ memory: 0, uptime: 0, foregroundCommand: "" });
  }
  expect(describeSessions([], { home: "", statusline: () => undefined }).size).toBe(0);
});
