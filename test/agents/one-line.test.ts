import { expect, test } from "bun:test";

import { agentLine, shownState } from "../../src/agents/agent-line.ts";
import { completeFacts, NO_AGENT } from "../../src/agents/agent.ts";
import { oneLine, proseSummary, SUMMARY_COLUMNS, toolSummary } from "../../src/agents/one-line.ts";

test("A tool's summary is made of what it is to do", () => {
  expect(toolSummary("Bash", { cmd: "ls -l" })).toBe("exec: ls -l");
  expect(toolSummary("Bash", { command: "echo `date` **/*.ts" })).toBe("exec: echo `date` **/*.ts");
  expect(toolSummary("shell", { command: ["/bin/zsh", "-lc", "a | b"] })).toBe("exec: a | b");
  expect(toolSummary("shell", { command: ["git", "log"] })).toBe("exec: git log");
  expect(toolSummary("Edit", { file_path: "/srv/a b/main.ts" })).toBe("edit: main.ts");
  expect(toolSummary("Edit", { path: "main.ts" })).toBe("edit: main.ts");
  expect(toolSummary("Grep", { pattern: "TODO", path: "src" })).toBe("search: TODO");
  expect(toolSummary("Web", { query: "bun" })).toBe("search: bun");
  expect(toolSummary("Web", { q: "bun" })).toBe("search: bun");
  for (const input of [{}, null, 7, "x", [], { command: 7, path: [], q: {} }, { command: "" }]) {
    expect(toolSummary("TodoWrite", input)).toBe("todowrite");
  }
});

test("A summary is one line without marks and without anything that a terminal obeys", () => {
  expect(proseSummary("# Done\n\n- **All** `tests`\n> pass, see [log](http://x)")).toBe(
    "Done All tests pass, see log",
  );
  expect(proseSummary("```ts\nlet x = 1;\n```")).toBe("let x = 1;");
  expect(proseSummary("an *old* rule: 2 * 3 * 4, snake_case")).toBe(
    "an old rule: 2 * 3 * 4, snake_case",
  );
  expect(oneLine("a\x1b[31mb\x1b]0;title\x07c\r\nd\x00\x9b1me\u202e\u2028f\x85g", 60)).toBe(
    "abc d e f g",
  );
  expect(oneLine("\x1b", 60)).toBe("");
});

test("A summary is 56 columns at most, whatever a character takes", () => {
  expect(oneLine("x".repeat(56), SUMMARY_COLUMNS)).toBe("x".repeat(56));
  expect(oneLine("x".repeat(57), SUMMARY_COLUMNS)).toBe(`${"x".repeat(53)}...`);
  const texts = ["世", "👩‍👩‍👧‍👦", "e\u0301", "\u0301", "🇨🇭", "\ud800", "ab ", "\x1b[1mx", "\u200d"];
  for (const text of texts) {
    const line = oneLine(text.repeat(5000), SUMMARY_COLUMNS);
    expect(Bun.stringWidth(line)).toBeLessThanOrEqual(SUMMARY_COLUMNS);
    expect(line.length).toBeLessThanOrEqual(SUMMARY_COLUMNS * 8 + 3);
    expect(line.isWellFormed()).toBe(true);
  }
});

test("Texts of a megabyte take no time to speak of", () => {
  for (const text of ["[", "**", "*a ", "`", "[](", "- ", "\x1b[", "\x1b]", " \n"]) {
    proseSummary(text.repeat(1 << 18));
    toolSummary("x", { command: text.repeat(1 << 18) });
  }
});

test("A state is shown as people call it, and as stale when it has rested for ten minutes", () => {
  const state = (agentState: string, age: number): string =>
    shownState(completeFacts("x", { agentState, agentUpdated: 10_000 - age }), 10_000);
  expect(state("", 0)).toBe("active");
  expect(state("recent", 0)).toBe("idle");
  expect(state("done", 600)).toBe("done");
  for (const resting of ["idle", "recent", "done", "waiting", "active", ""]) {
    expect(state(resting, 601)).toBe("stale");
  }
  expect(state("working", 601)).toBe("working");
  expect(state("thinking", 601)).toBe("thinking");
  expect(shownState(completeFacts("x", { agentState: "done" }), 10_000)).toBe("done");
});

test("An agent is one line of what is known", () => {
  const facts = completeFacts("claude", {
    agentState: "working",
    agentSummary: "exec: bun test",
    agentUpdated: 1000,
  });
  expect(agentLine(facts, 1012)).toBe("claude · working · exec: bun test · 12s");
  expect(agentLine(facts, 900)).toBe("claude · working · exec: bun test · 0s");
  expect(agentLine(facts, 1000 + 125)).toEndWith(" · 2m");
  expect(agentLine(facts, 1000 + 7300)).toEndWith(" · 2h");
  expect(agentLine(facts, 1000 + 200_000)).toEndWith(" · 2d");
  expect(agentLine(completeFacts("codex", {}), 1000)).toBe("codex · active");
  expect(agentLine(NO_AGENT, 1000)).toBe("");
});

test("Every text of an agent becomes one line, whichever reader it came from", () => {
  const facts = completeFacts("x", { agentBranch: "a\x1b[2Jb\nc", agentTotal: 7 });
  expect(facts.agentBranch).toBe("ab c");
  expect(facts.agentTotal).toBe(7);
  expect(Object.keys(facts).sort()).toEqual(Object.keys(NO_AGENT).sort());
});
