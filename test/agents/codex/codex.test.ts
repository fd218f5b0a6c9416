import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";

import type { AgentFacts } from "../../../src/agents/agent.ts";
import { codexReader } from "../../../src/agents/codex/codex.ts";
import { lines, TestHome, type Entry } from "../test-home.ts";

const TEXT_COLUMNS = [
  "cwd",
  "title",
  "rollout_path",
  "model_provider",
  "cli_version",
  "source",
  "sandbox_policy",
  "approval_mode",
  "git_sha",
  "git_branch",
  "git_origin_url",
  "first_user_message",
  "agent_nickname",
  "agent_role",
  "memory_mode",
];

type Row = Record<string, string | number | Uint8Array | null>;

class CodexHome extends TestHome {
  /** Makes a database of threads; left open, so that a test may keep it busy. */
  database(rows: readonly Row[], name = "state_5.sqlite"): Database {
    mkdirSync(this.join(".codex"), { recursive: true });
    const database = new Database(this.join(".codex", name));
    const texts = TEXT_COLUMNS.map((column) => `${column} TEXT`).join(", ");
    database.run(
      `CREATE TABLE threads (archived INTEGER, updated_at INTEGER, tokens_used INTEGER, ${texts})`,
    );
    for (const changes of rows) {
      const row: Row = { archived: 0, updated_at: 1000, cwd: this.project, ...changes };
      const marks = Object.keys(row).map(() => "?");
      database.run(
        `INSERT INTO threads (${Object.keys(row).join(", ")}) VALUES (${marks.join(", ")})`,
        Object.values(row),
      );
    }
    return database;
  }

  threads(...rows: Row[]): void {
    this.database(rows).close();
  }
}

function factsAfter(...entries: Entry[]): Partial<AgentFacts> | undefined {
  using home = new CodexHome();
  const rollout_path = home.write("rollout.jsonl", lines(entries));
  home.threads({ rollout_path, title: "Mend the build", model_provider: "provider" });
  return home.read(codexReader);
}

function call(name: string, input: unknown): Entry {
  const payload = { type: "function_call", name, arguments: JSON.stringify(input) };
  return { type: "response_item", payload };
}

test("A function call is work, and its arguments say what is done", () => {
  const facts = factsAfter(call("shell", { command: ["bash", "-lc", "bun test"] }));
  expect(facts).toMatchObject({ agentState: "working", agentSummary: "exec: bun test" });
  expect(factsAfter(call("exec_command", { cmd: "ls" }))?.agentSummary).toBe("exec: ls");
  expect(factsAfter(call("Update_Plan", {}))?.agentSummary).toBe("update_plan");
  const broken = { type: "function_call", name: "shell", arguments: '{"cmd' };
  expect(factsAfter({ type: "response_item", payload: broken })?.agentSummary).toBe("shell");
});

test("Reasoning is thinking, under the thread's title", () => {
  const facts = factsAfter(call("shell", {}), {
    type: "response_item",
    payload: { type: "reasoning" },
  });
  expect(facts).toMatchObject({ agentState: "thinking", agentSummary: "Mend the build" });
});

test("A count of tokens is activity, and tells tokens, context and plan", () => {
  const total_token_usage = {
    input_tokens: 100,
    cached_input_tokens: 60,
    output_tokens: 20,
    total_tokens: 120,
  };
  const info = { total_token_usage, model_context_window: 272_000 };
  const payload = { type: "token_count", info, rate_limits: { plan_type: "pro" } };
  const counted = { timestamp: "2026-01-31T10:00:00Z", type: "event_msg", payload };
  expect(factsAfter(call("shell", {}), counted)).toMatchObject({
    agentState: "active",
    agentInput: 100,
    agentCached: 60,
    agentOutput: 20,
    agentTotal: 120,
    agentContext: 272_000,
    agentPlan: "pro",
    agentUpdated: Date.parse("2026-01-31T10:00:00Z") / 1000,
  });
});

test("A finished turn and a question need the user", () => {
  const payload = { type: "task_complete", last_agent_message: "It `builds`." };
  expect(factsAfter({ type: "event_msg", payload })).toMatchObject({
    agentState: "done",
    agentSummary: "It builds.",
    agentNeedsAttention: true,
  });
  expect(factsAfter(call("request_user_input", {}))).toMatchObject({
    agentState: "waiting",
    agentNeedsAttention: true,
  });
});

test("Version and model are taken from the rollout when it tells them", () => {
  const facts = factsAfter(
    { type: "session_meta", payload: { cli_version: "0.99.0" } },
    { type: "turn_context", payload: { model: "model-5" } },
  );
  expect(facts).toMatchObject({ agentVersion: "0.99.0", agentModel: "model-5" });
});

test("Without a rollout the thread says what it knows", () => {
  using home = new CodexHome();
  const id = "01234567-89ab-cdef-0123-456789abcdef";
  home.threads({
    title: "Mend the **build**",
    updated_at: 1_700_000_000,
    rollout_path: `/nowhere/rollout-2026-01-31T10-00-00-${id}.jsonl`,
    tokens_used: 1234,
    model_provider: "provider",
    cli_version: "0.98.0",
    source: '{"subagent":"review"}',
    sandbox_policy: '{"type":"workspace-write","network_access":false}',
    approval_mode: "on-request",
    git_sha: "abc123",
    git_branch: "main",
    git_origin_url: "https://example.org/x.git",
    first_user_message: "Mend it",
    agent_nickname: "Ada",
    agent_role: "reviewer",
    memory_mode: "enabled",
  });
  expect(home.read(codexReader)).toEqual({
    agentState: "recent",
    agentSummary: "Mend the build",
    agentUpdated: 1_700_000_000,
    agentModel: "provider",
    agentVersion: "0.98.0",
    agentPrompt: "Mend it",
    agentApproval: "on-request",
    agentSandbox: "workspace-write",
    agentBranch: "main",
    agentGitSha: "abc123",
    agentGitOrigin: "https://example.org/x.git",
    agentName: "Ada",
    agentRole: "reviewer",
    agentMemory: "enabled",
    agentSessionId: id,
    agentSubagent: true,
    agentTotal: 1234,
  });
});

test("The last thread of the directory is taken, and no archived one", () => {
  using home = new CodexHome();
  home.threads(
    { title: "Old", updated_at: 1000 },
    { title: "Last", updated_at: 3000 },
    { title: "Archived", updated_at: 4000, archived: 1 },
    { title: "Elsewhere", updated_at: 5000, cwd: "/srv" },
  );
  expect(home.read(codexReader)?.agentSummary).toBe("Last");
  const context = home.context({ directories: ["/srv", home.project] });
  expect(codexReader.read(context)?.agentSummary).toBe("Elsewhere");
  expect(codexReader.read(home.context({ directories: ["/"] }))).toBeUndefined();
});

test("The last database by name is asked, and ten comes after nine", () => {
  using home = new CodexHome();
  home.database([{ title: "Nine" }], "state_9.sqlite").close();
  home.database([{ title: "Ten" }], "state_10.sqlite").close();
  home.database([{ title: "Other" }], "zzz.sqlite").close();
  expect(home.read(codexReader)?.agentSummary).toBe("Ten");
});

test("A path with unusual characters is opened as it is", () => {
  using home = new CodexHome();
  home.database([{ title: "Here" }]).close();
  const odd = home.join("a b%20?mode=rwc#é");
  symlinkSync(home.join(".codex"), odd);
  const context = home.context({ env: { CODEX_HOME: odd } });
  expect(codexReader.read(context)?.agentSummary).toBe("Here");
});

test("A locked database says nothing", () => {
  using home = new CodexHome();
  using database = home.database([{ title: "Locked" }]);
  database.run("BEGIN EXCLUSIVE");
  expect(home.read(codexReader)).toBeUndefined();
  database.run("ROLLBACK");
  expect(home.read(codexReader)?.agentSummary).toBe("Locked");
});

test("A database that is written to at the time is read", () => {
  using home = new CodexHome();
  using database = home.database([{ title: "Before" }]);
  database.run("PRAGMA journal_mode = WAL");
  database.run("UPDATE threads SET title = 'After'");
  database.run("BEGIN IMMEDIATE");
  database.run("UPDATE threads SET title = 'Not yet'");
  expect(home.read(codexReader)?.agentSummary).toBe("After");
});

test("Reading leaves no trace beside a database in WAL mode", () => {
  using home = new CodexHome();
  const database = home.database([{ title: "At rest" }]);
  database.run("PRAGMA journal_mode = WAL");
  database.close();
  const modified = statSync(home.join(".codex/state_5.sqlite")).mtimeMs;
  expect(home.read(codexReader)?.agentSummary).toBe("At rest");
  expect(readdirSync(home.join(".codex"))).toEqual(["state_5.sqlite"]);
  expect(statSync(home.join(".codex/state_5.sqlite")).mtimeMs).toBe(modified);
});

test("A corrupt, a foreign and an empty database say nothing", () => {
  using home = new CodexHome();
  for (const content of ["", "not a database", "SQLite format 3\0".padEnd(4096, "\xff")]) {
    home.write(".codex/state_9.sqlite", content);
    expect(home.read(codexReader)).toBeUndefined();
  }
  const foreign = new Database(home.join(".codex/state_99.sqlite"));
  foreign.run("CREATE TABLE threads (cwd TEXT)");
  foreign.close();
  expect(home.read(codexReader)).toBeUndefined();
});

test("What is no file is not opened as a database", () => {
  using home = new CodexHome();
  expect(home.read(codexReader)).toBeUndefined();
  mkdirSync(home.join(".codex"));
  const odd = ["state_1.sqlite", "state_2.sqlite", "state_3.sqlite", "state_4.sqlite"] as const;
  mkdirSync(home.join(".codex", odd[0]));
  expect(home.read(codexReader)).toBeUndefined();
  symlinkSync(odd[1], home.join(".codex", odd[1]));
  expect(home.read(codexReader)).toBeUndefined();
  symlinkSync("nowhere", home.join(".codex", odd[2]));
  expect(home.read(codexReader)).toBeUndefined();
  Bun.spawnSync(["mkfifo", home.join(".codex", odd[3])]);
  expect(home.read(codexReader)).toBeUndefined();
});

test("Values of another type and of any length do no harm", () => {
  using home = new CodexHome();
  const rollout = home.write(
    "r.jsonl",
    lines([{ payload: 1 }, { type: "event_msg", payload: [] }]),
  );
  home.threads({
    title: "x".repeat(1 << 20),
    updated_at: -5,
    tokens_used: "many",
    git_sha: new Uint8Array([1, 2]),
    rollout_path: rollout,
    source: null,
  });
  const facts = home.read(codexReader);
  expect(facts?.agentSummary).toBe(`${"x".repeat(53)}...`);
  expect(facts).toMatchObject({ agentUpdated: 0, agentTotal: 0, agentGitSha: "" });
});
