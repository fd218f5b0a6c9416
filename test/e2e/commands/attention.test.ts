import { expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import schema from "../../../docs/sessions.schema.json";
import type { SessionJson } from "../../../src/sessions/session-json.ts";
import { lines, said } from "../../agents/test-home.ts";
import { violations } from "../../sessions/schema-check.ts";
import { FakeDaemon } from "../support/fake-daemon.ts";
import { Sandbox, until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";

async function sessions(box: Sandbox): Promise<SessionJson[]> {
  const found: unknown = JSON.parse(await box.ok("ls", "--json"));
  expect(violations(found, schema)).toEqual([]);
  return found as SessionJson[];
}

/** Whether any session waits, as scripts ask. */
async function waiting(box: Sandbox): Promise<string> {
  const { code, stdout } = await box.run(["ls", "--attention", "--short"]);
  expect(code).toBe(stdout === "" ? 1 : 0);
  return stdout;
}

async function attachAndLeave(box: Sandbox, name: string): Promise<void> {
  const client = box.open(["a", name]);
  await client.until(() => client.text !== "", "the session to be shown");
  client.type(DETACH);
  expect(await client.exited()).toBe(0);
}

test.each([
  ["a BEL", "\\a"],
  ["OSC 9", "\\033]9;done\\033\\\\"],
  ["OSC 777", "\\033]777;notify;Build;done\\a"],
])("%s while nobody is attached marks a session until somebody attaches", async (_, bytes) => {
  await using box = new Sandbox();
  await box.ok("new", "quiet", "sleep", "1000");
  expect(await waiting(box)).toBe("");
  await box.ok("new", "work", "sh", "-c", `printf '${bytes}'; sleep 1000`);
  await until(async () => (await waiting(box)) === "work\n", "the session to be marked");
  expect(await box.ok("ls")).toMatch(/^work +\d+ +- ! /m);
  expect(await box.ok("status", "--format", "{attention?! }{attentionNames}")).toBe("! work\n");
  expect((await sessions(box)).map(({ hasNotification }) => hasNotification)).toEqual([
    false,
    true,
  ]);
  await attachAndLeave(box, "work");
  expect(await waiting(box)).toBe("");
  const [, work] = await sessions(box);
  expect(Date.parse(work?.lastAttachedAtIso ?? "")).toBe((work?.lastAttachedAt ?? 0) * 1000);
});

test("a call that an attached client has heard marks nothing, also when it leaves at once", async () => {
  await using box = new Sandbox();
  await box.ok("new", "work");
  const client = box.open(["a", "work"]);
  await client.shown("$ ");
  client.type("printf '\\aru''ng'\r");
  await client.shown("\x07rung");
  client.type(DETACH);
  expect(await client.exited()).toBe(0);
  expect(await waiting(box)).toBe("");
});

test("a daemon of another build is listed without delay and marks nothing", async () => {
  await using box = new Sandbox();
  await using daemon = FakeDaemon.listen(box, "old");
  const tags: number[] = [];
  daemon.onMessage((_, tag) => tags.push(tag));
  const [old] = await sessions(box);
  expect(old).toMatchObject({ name: "old", isReachable: true, lastAttachedAt: 0 });
  expect(tags).toEqual([69, 77, 6]);
});

test("an agent that has stopped is shown in every form of the list", async () => {
  await using box = new Sandbox();
  const project = join(box.root, "project");
  const transcripts = join(box.home, ".claude/projects", project.replace(/[^A-Za-z0-9_-]/g, "-"));
  mkdirSync(project);
  mkdirSync(transcripts, { recursive: true });
  // A real process of the agent's name in a real session.
  const claude = join(box.root, "claude");
  copyFileSync(Bun.which("sleep") ?? "/bin/sleep", claude);
  const entry = said("Which port?", "end_turn", { timestamp: new Date().toISOString() });
  writeFileSync(join(transcripts, "a.jsonl"), lines([entry]));
  expect((await box.run(["new", "agent", claude, "1000"], { cwd: project })).code).toBe(0);
  const [agent] = await sessions(box);
  expect(agent).toMatchObject({
    agentKind: "claude",
    agentState: "done",
    agentSummary: "Which port?",
    agentNeedsAttention: true,
    needsAttention: true,
    displayDir: "~/project",
  });
  expect(agent?.memory).toBeGreaterThan(0);
  expect(await waiting(box)).toBe("agent\n");
  expect(await box.ok("ls")).toMatch(/^agent .* claude · done · Which port\? · \d+s$/m);
  const line = await box.ok("status", "--format", "{agentShownState}: {agentSummary}", "agent");
  expect(line).toBe("done: Which port?\n");
  const terminal = box.open(["ls"], { cols: 60, env: { NO_COLOR: "1" } });
  expect(await terminal.exited()).toBe(0);
  expect(terminal.text).toMatch(/^ {2}claude · done · Which port\? · \d+s\r$/m);
  expect(terminal.text).not.toContain("\x1b");
  // Whoever has attached since then knows.
  await until(async () => Date.now() / 1000 > (agent?.agentUpdated ?? 0) + 1, "the next second");
  await attachAndLeave(box, "agent");
  expect(await waiting(box)).toBe("");
});
