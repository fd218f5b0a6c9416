import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { version } from "../../../package.json";
import { createRepository, git } from "../../git/repositories.ts";
import { Sandbox, type Variables } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

/** Runs a command; its status, what it prints as JSON, and its errors. */
async function json(
  box: Sandbox,
  args: string[],
  env: Variables = {},
): Promise<[code: number, value: unknown, stderr: string]> {
  const { code, stdout, stderr } = await box.run(args, { env });
  expect(stdout.split("\n")).toHaveLength(2);
  return [code, JSON.parse(stdout), stderr];
}

test("new, rename and version print the result", async () => {
  await using box = new Sandbox();
  expect(await json(box, ["new", "--json", "work", "sleep", "1000"])).toEqual([
    0,
    [{ name: "work" }],
    "",
  ]);
  // Behind the name it belongs to the command.
  await box.ok("new", "other", "sh", "-c", "sleep 1000", "--json");
  expect(await json(box, ["rename", "--json", "work", "wo rk"])).toEqual([
    0,
    { from: "work", to: "wo rk" },
    "",
  ]);
  expect(await json(box, ["version", "--json"])).toEqual([0, { version }, ""]);
  expect(await box.run(["new", "--json", "other"])).toMatchObject({ code: 1, stdout: "" });
});

test("new prints the sessions of other worktrees in the same array", async () => {
  await using box = new Sandbox();
  const repo = createRepository(join(box.root, "app"));
  git(repo, "worktree", "add", "-q", "-b", "topic", join(box.root, "topic"));
  const file = join(box.root, "config.toml");
  writeFileSync(file, "[git]\nauto_worktrees = true\n");
  const env = { TSM_CONFIG_FILE: file };
  const { stdout } = await box.run(["new", "--json", "main"], { env, cwd: repo });
  expect(JSON.parse(stdout)).toEqual([{ name: "main" }, { name: "app@topic" }]);
});

test("kill and detach print a result for each session", async () => {
  await using box = new Sandbox();
  for (const name of ["one", "two"]) await box.ok("new", name, "sleep", "1000");
  const missing = (what: string): string => `Cannot ${what} session "nope": session not found.`;
  const remedy = "Run 'tsm ls' to list sessions.";
  expect(await json(box, ["detach", "--json", "one", "nope", "two"])).toEqual([
    1,
    [
      { name: "one", detached: true },
      { name: "nope", detached: false, error: missing("detach") },
      { name: "two", detached: true },
    ],
    `${missing("detach")}\n${remedy}\n`,
  ]);
  expect(await json(box, ["kill", "one", "nope", "--json"])).toEqual([
    1,
    [
      { name: "one", killed: true },
      { name: "nope", killed: false, error: missing("kill") },
    ],
    `${missing("kill")}\n${remedy}\n`,
  ]);
  expect(await json(box, ["kill", "--json", "t*"])).toEqual([
    0,
    [{ name: "two", killed: true }],
    "",
  ]);
});

test("status prints all fields as one object, null without a session", async () => {
  await using box = new Sandbox();
  await box.ok("new", "wo rk", "sleep", "1000");
  await box.ok("label", "wo rk", "env=ci");
  const [code, none] = await json(box, ["status", "--json"]);
  expect([code, none]).toMatchObject([
    0,
    { sessions: 1, attached: 0, attention: 0, attentionNames: [], name: null, labels: null },
  ]);
  const [, fields] = await json(box, ["status", "--json", "wo rk"]);
  expect(fields).toMatchObject({ name: "wo rk", clients: 0, labels: { env: "ci" }, agentLine: "" });
  const inside = await json(box, ["status", "--json"], { TSM_SESSION: "wo rk" });
  expect(inside[1]).toMatchObject({ name: "wo rk", isCurrent: true });
  expect(await box.run(["status", "--json", "--format", "x"])).toMatchObject({ code: 2 });
});

test("env prints the variables of the newest client, null for missing ones", async () => {
  await using box = new Sandbox();
  await box.ok("new", "work");
  const inside = { TSM_SESSION: "work" };
  expect(await json(box, ["env", "--json"], inside)).toEqual([0, {}, ""]);
  const client = box.open(["a", "work"], { env: { DISPLAY: ":7" } });
  await client.shown("$ ");
  const [, variables] = await json(box, ["env", "--json"], inside);
  expect(variables).toMatchObject({ DISPLAY: ":7", SSH_AUTH_SOCK: null });
  expect(await box.run(["env", "--json", "fish"], { env: inside })).toMatchObject({ code: 2 });
});

test("config prints its path and every mistake", async () => {
  await using box = new Sandbox();
  const path = join(box.root, "config.toml");
  const env = { TSM_CONFIG_FILE: path };
  expect(await json(box, ["config", "path", "--json"], env)).toEqual([0, { path }, ""]);
  const fine = { path, isPresent: false, mistakes: [] };
  expect(await json(box, ["config", "check", "--json"], env)).toEqual([0, fine, ""]);
  expect(await json(box, ["config", "install", "--json"], env)).toEqual([0, { path }, ""]);
  writeFileSync(path, "[tui]\nmode = 5\nmood = 1\n");
  const [code, report, stderr] = await json(box, ["config", "check", "--json"], env);
  expect([code, report]).toMatchObject([1, { path, isPresent: true }]);
  const { mistakes } = report as { mistakes: { message: string; remedy: string | null }[] };
  expect(mistakes).toHaveLength(2);
  for (const { message } of mistakes) expect(stderr).toContain(message);
});
