import { expect, test } from "bun:test";

import {
  MAX_STATUSLINE_BYTES,
  parseStatusline,
  readStatusline,
  statuslineFacts,
  statuslineLine,
} from "../../src/agents/statusline.ts";

const WHOLE = {
  session_id: "s1",
  version: "2.0.1",
  model: { id: "claude-model-4", display_name: "Model 4" },
  workspace: { current_dir: "/srv/app/src", project_dir: "/srv/app" },
  output_style: { name: "default" },
  agent: { name: "reviewer" },
  worktree: { branch: "fix", path: "/srv/app-fix" },
  cost: {
    total_cost_usd: 1.234,
    total_duration_ms: 5000,
    total_api_duration_ms: 3000,
    total_lines_added: 12,
    total_lines_removed: 3,
  },
  context_window: {
    total_input_tokens: 100_000,
    total_output_tokens: 2000,
    context_window_size: 200_000,
    current_usage: {
      input_tokens: 4000,
      output_tokens: 500,
      cache_read_input_tokens: 70_000,
      cache_creation_input_tokens: 10_000,
    },
  },
};

test("The line has model, directory, context and cost", () => {
  expect(statuslineLine(WHOLE)).toBe("[Model 4]  src  42% context  $1.23");
});

test("Each part is shown only if it is known", () => {
  expect(statuslineLine({})).toBe("");
  expect(statuslineLine({ model: { id: "m" } })).toBe("[m]");
  expect(statuslineLine({ cwd: "/" })).toBe("/");
  expect(statuslineLine({ cwd: "/srv/app/", cost: { total_cost_usd: 0 } })).toBe("app  $0.00");
  expect(statuslineLine({ context_window: { context_window_size: 0 } })).toBe("");
  expect(statuslineLine({ context_window: { used_percentage: 7.6 } })).toBe("8% context");
});

test("The context is that of the last request, else of all, and never more than full", () => {
  const percent = (context_window: object): string => statuslineLine({ context_window });
  const size = { context_window_size: 1000 };
  expect(percent({ ...size, total_input_tokens: 300, total_output_tokens: 120 })).toBe(
    "42% context",
  );
  expect(percent({ ...size, current_usage: null, total_input_tokens: 5000 })).toBe("100% context");
});

test("What would not fit a line or a terminal is left out of it", () => {
  const data = {
    model: { display_name: "a\x1b[2J\nb" },
    cwd: `/x/${"y".repeat(1000)}`,
    cost: { total_cost_usd: -1 },
    context_window: { context_window_size: "1", current_usage: { input_tokens: 1 } },
  };
  expect(statuslineLine(data)).toBe(`[a b]  ${"y".repeat(57)}...`);
  expect(statuslineLine({ model: 7, cwd: [], cost: null, workspace: "x" })).toBe("");
});

test("Only a JSON object is a statusline", () => {
  expect(parseStatusline('{"version":"1"}')).toEqual({ version: "1" });
  for (const text of ["", " ", "x", "[]", "null", "7", '{"a"', '"x"']) {
    expect(parseStatusline(text)).toBeUndefined();
  }
});

test("Only facts in the statusline are reported", () => {
  expect(statuslineFacts({})).toEqual({});
  expect(statuslineFacts(WHOLE)).toEqual({
    agentModel: "claude-model-4",
    agentVersion: "2.0.1",
    agentSessionId: "s1",
    agentCostUsd: 1.234,
    agentDurationMs: 5000,
    agentApiMs: 3000,
    agentLinesAdded: 12,
    agentLinesRemoved: 3,
    agentInput: 100_000,
    agentOutput: 2000,
    agentCached: 80_000,
    agentTotal: 102_000,
    agentContext: 200_000,
    agentOutputStyle: "default",
    agentProjectDir: "/srv/app",
    agentBranch: "fix",
    agentWorktreePath: "/srv/app-fix",
    agentName: "reviewer",
  });
});

test("The kept statusline is read when it is a good one of reasonable size", () => {
  const stored = (text: string) => ({ text, modifiedAt: 7 });
  expect(readStatusline(stored(JSON.stringify(WHOLE)))).toEqual({ data: WHOLE, modifiedAt: 7 });
  expect(readStatusline(stored("{"))).toBeUndefined();
  const large = `{"x":"${"y".repeat(MAX_STATUSLINE_BYTES)}"}`;
  expect(readStatusline(stored(large))).toBeUndefined();
  expect(readStatusline(undefined)).toBeUndefined();
});
