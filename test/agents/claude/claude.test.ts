import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";

import { claudeReader } from "../../../src/agents/claude/claude.ts";
import { assistant, lines, said, TestHome, toolUse, user, type Entry } from "../test-home.ts";

function stateAfter(...entries: Entry[]): [unknown, unknown, unknown] | undefined {
  using home = new TestHome();
  home.transcript("a", entries);
  const facts = home.read(claudeReader);
  return facts && [facts.agentState, facts.agentSummary, facts.agentNeedsAttention];
}

function hook(name: string): Entry {
  return { type: "progress", data: { type: "hook_progress", hookName: name } };
}

test("A tool in use is work, and its input says what is done", () => {
  const entry = toolUse("Bash", { command: "bun test" });
  expect(stateAfter(entry)).toEqual(["working", "exec: bun test", false]);
});

test("A finished turn needs the user, an unfinished one does not", () => {
  expect(stateAfter(said("All **done**.", "end_turn"))).toEqual(["done", "All done.", true]);
  expect(stateAfter(said("Let me look", "tool_use"))).toEqual(["working", "Let me look", false]);
  expect(stateAfter(said("Let me", null))).toEqual(["active", "Let me", false]);
});

test("The last block of an answer decides", () => {
  const text = { type: "text", text: "Reading" };
  const use = { type: "tool_use", name: "Read", input: { file_path: "/srv/x/main.ts" } };
  expect(stateAfter(assistant([text, use]))).toEqual(["working", "edit: main.ts", false]);
  expect(stateAfter(assistant([{ type: "thinking", thinking: "hm" }]))?.[0]).toBe("thinking");
});

test("A question needs the user though a tool asks it", () => {
  const asked = toolUse("AskUserQuestion", { questions: [{ question: "Which database?" }] });
  expect(stateAfter(asked)).toEqual(["waiting", "Which database?", true]);
  expect(stateAfter(toolUse("ExitPlanMode", { plan: "# Plan\nAdd a test" }))).toEqual([
    "waiting",
    "Plan Add a test",
    true,
  ]);
});

test("What the user has asked is waited for, and is the last prompt", () => {
  using home = new TestHome();
  home.transcript("a", [
    said("Done.", "end_turn"),
    user([{ type: "text", text: "Fix\nthe test" }]),
  ]);
  expect(home.read(claudeReader)).toMatchObject({
    agentState: "waiting",
    agentSummary: "Fix the test",
    agentPrompt: "Fix\nthe test",
    agentNeedsAttention: false,
  });
});

test("What the program writes under the user's name does not count", () => {
  const use = toolUse("Bash", { command: "ls" });
  const result = user([{ type: "tool_result", content: "a b c" }]);
  const others = [
    user("<local-command-stdout>x</local-command-stdout>"),
    user("<persisted-output> 1 MB"),
    user([{ type: "text", text: "<command-name>/clear</command-name>" }]),
    user("a note", { isMeta: true }),
    { type: "system", content: "x" },
    { type: "summary", summary: "x" },
  ];
  for (const other of [result, ...others]) {
    expect(stateAfter(use, other)).toEqual(["working", "exec: ls", false]);
  }
});

test("An interruption waits, and is no prompt", () => {
  using home = new TestHome();
  home.transcript("a", [user("Do it"), user("[Request interrupted by user for tool use]")]);
  expect(home.read(claudeReader)).toMatchObject({ agentState: "waiting", agentPrompt: "Do it" });
});

test("A hook is work under its own name, unless that is only its event's", () => {
  expect(stateAfter(hook("lint-staged"))).toEqual(["working", "lint-staged", false]);
  for (const name of ["Stop", "SessionStart:startup", "pre tool use", "PreToolUse:Bash", ""]) {
    expect(stateAfter(hook(name))).toEqual(["working", "", false]);
  }
});

test("A hook that is named by its event leaves to what it ran after what is going on", () => {
  expect(stateAfter(said("Done.", "end_turn"), hook("Stop"))).toEqual(["done", "Done.", true]);
  const use = toolUse("Grep", { pattern: "TODO", path: "src" });
  expect(stateAfter(use, hook("PostToolUse:Grep"))).toEqual(["working", "search: TODO", false]);
  expect(stateAfter(user("Go"), hook("UserPromptSubmit"))).toEqual(["working", "", false]);
});

test("Identity, model and tokens come from the last entry that has them", () => {
  using home = new TestHome();
  const usage = {
    input_tokens: 10,
    output_tokens: 20,
    cache_read_input_tokens: 300,
    cache_creation_input_tokens: 40,
  };
  const common = { sessionId: "s1", gitBranch: "main", slug: "brisk-otter", version: "2.0.1" };
  home.transcript("a", [
    said("Old", "end_turn", { sessionId: "s0" }),
    assistant(
      [{ type: "text", text: "Hello" }],
      { model: "claude-model-4", stop_reason: "end_turn", usage },
      { ...common, isSidechain: false, timestamp: "2026-01-31T10:00:00.500Z" },
    ),
    assistant([], { model: "<synthetic>" }),
    { type: "last-prompt", lastPrompt: "Say hello" },
  ]);
  expect(home.read(claudeReader)).toEqual({
    agentState: "done",
    agentSummary: "Hello",
    agentUpdated: Date.parse("2026-01-31T10:00:00Z") / 1000,
    agentPrompt: "Say hello",
    agentModel: "claude-model-4",
    agentVersion: "2.0.1",
    agentBranch: "main",
    agentName: "brisk-otter",
    agentSessionId: "s1",
    agentSubagent: false,
    agentInput: 10,
    agentOutput: 20,
    agentCached: 340,
    agentTotal: 370,
    agentNeedsAttention: true,
  });
});

test("A subagent that has finished does not need the user", () => {
  using home = new TestHome();
  home.transcript("a", [said("Found", "end_turn", { isSidechain: true, agentId: "a7" })]);
  expect(home.read(claudeReader)).toMatchObject({
    agentState: "done",
    agentName: "a7",
    agentSubagent: true,
    agentNeedsAttention: false,
  });
});

test("The newest transcript that says something is taken", () => {
  using home = new TestHome();
  home.transcript("oldest", [said("Oldest", "end_turn")], 300);
  home.transcript("old", [said("Old", "end_turn")], 200);
  home.transcript("silent", [{ type: "summary", summary: "x" }], 100);
  home.transcript("empty", [], 50);
  home.write(".claude/projects/-srv-my_app-v2/notes.txt", "x");
  expect(home.read(claudeReader)?.agentSummary).toBe("Old");
});

test("An entry without a time is as old as its file", () => {
  using home = new TestHome();
  home.transcript("a", [said("x", "end_turn", { timestamp: "yesterday" })], 500);
  const age = Date.now() / 1000 - (home.read(claudeReader)?.agentUpdated ?? 0);
  expect(Math.round(age / 10)).toBe(50);
});

test("A last line that is half written is left out", () => {
  using home = new TestHome();
  const whole = lines([said("Before", "end_turn")]);
  const torn = lines([said("After", "end_turn")]).slice(0, -10);
  home.write(".claude/projects/-srv-my_app-v2/a.jsonl", `${whole}${torn}`);
  expect(home.read(claudeReader)?.agentSummary).toBe("Before");
});

test("Directories with unusual names have transcripts too", () => {
  for (const [project, dir] of [
    ["/home/ü b/日本.x", "-home---b----x"],
    ["/srv/my_app", "-srv-my-app"],
    ["/srv/my_app", "-srv-my_app"],
  ] as const) {
    using home = new TestHome();
    home.write(`.claude/projects/${dir}/a.jsonl`, lines([said("Here", "end_turn")]));
    const context = home.context({ directories: ["", project] });
    expect(claudeReader.read(context)?.agentSummary).toBe("Here");
  }
});

test("The agent's own directory goes before the session's, and a configured place before home", () => {
  using home = new TestHome();
  home.write("else/projects/-a/a.jsonl", lines([said("In a", "end_turn")]));
  home.write("else/projects/-b/a.jsonl", lines([said("In b", "end_turn")]));
  const env = { CLAUDE_CONFIG_DIR: home.join("else") };
  const inOrder = (...directories: string[]): unknown =>
    claudeReader.read(home.context({ env, directories }))?.agentSummary;
  expect(inOrder("/b", "/a")).toBe("In b");
  expect(inOrder("/none", "/a")).toBe("In a");
});

test("The statusline wins where it knows something", () => {
  using home = new TestHome();
  home.transcript("a", [
    assistant(
      [{ type: "text", text: "Hi" }],
      { model: "old", stop_reason: "end_turn", usage: { input_tokens: 1, output_tokens: 2 } },
      { version: "1", sessionId: "s1", gitBranch: "main" },
    ),
  ]);
  home.write(
    "statusline.json",
    JSON.stringify({ model: { id: "new" }, session_id: "s2", cost: { total_cost_usd: 1.5 } }),
  );
  expect(home.read(claudeReader)).toMatchObject({
    agentState: "done",
    agentModel: "new",
    agentSessionId: "s2",
    agentVersion: "1",
    agentBranch: "main",
    agentCostUsd: 1.5,
    agentInput: 1,
  });
});

test("Of several agents in one directory a session shows its own", () => {
  using home = new TestHome();
  home.transcript("own", [said("Own", "end_turn")], 100);
  home.transcript("other", [said("Other", "end_turn")]);
  home.write("statusline.json", JSON.stringify({ session_id: "own" }));
  expect(home.read(claudeReader)?.agentSummary).toBe("Own");
  home.write("statusline.json", JSON.stringify({ session_id: "../own" }));
  expect(home.read(claudeReader)?.agentSummary).toBe("Other");
});

test("A statusline without a transcript is something", () => {
  using home = new TestHome();
  home.write("statusline.json", JSON.stringify({ version: "2.0.1" }), 70);
  const facts = home.read(claudeReader);
  expect(facts?.agentVersion).toBe("2.0.1");
  expect(facts?.agentUpdated).toBeGreaterThan(0);
});

test("Nothing at all, and nothing that can be read, are nothing", () => {
  using home = new TestHome();
  expect(home.read(claudeReader)).toBeUndefined();
  const dir = home.join(".claude/projects");
  mkdirSync(dir, { recursive: true });
  symlinkSync("-srv-my_app-v2", `${dir}/-srv-my_app-v2`);
  symlinkSync("statusline.json", home.join("statusline.json"));
  expect(home.read(claudeReader)).toBeUndefined();
  const context = home.context({ directories: ["/x".repeat(5000), "/nul\0"] });
  expect(claudeReader.read(context)).toBeUndefined();
});

test("Entries of any shape do no harm", () => {
  using home = new TestHome();
  const shapes = [null, 1, "x", [], {}, { type: [] }, [[]], { content: {} }];
  const entries = shapes.flatMap((shape) => [
    { type: "assistant", message: shape },
    { type: "assistant", message: { content: shape, usage: shape, model: shape } },
    { type: "assistant", message: { content: [shape, { type: "tool_use", input: shape }] } },
    { type: "user", message: shape, isMeta: shape },
    { type: "user", message: { content: [shape] }, isSidechain: shape, version: shape },
    { type: "progress", data: shape, timestamp: shape },
  ]);
  for (const entry of entries) {
    home.transcript("a", [entry]);
    home.read(claudeReader);
  }
  home.transcript("a", [user("Here"), ...entries]);
  expect(home.read(claudeReader)?.agentPrompt).toBe("Here");
});
