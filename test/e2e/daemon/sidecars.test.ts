import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Sandbox } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";

describe("toggle", () => {
  test("goes back and forth between two sessions, also after a rename", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    await box.ok("new", "two");
    for (const name of ["one", "two"]) {
      const client = box.open(["a", name]);
      await client.shown("$ ");
      client.type(DETACH);
      expect(await client.exited()).toBe(0);
    }
    expect(focus(box)).toEqual({ current: "two", previous: "one" });
    await box.ok("rename", "one", "first");
    expect(focus(box)).toEqual({ current: "two", previous: "first" });

    const client = box.open(["toggle"]);
    await client.shown("$ ");
    client.type('echo "in <$TSM_SESSION>"\r');
    await client.shown("in <one>"); // the variable is as old as the shell
    client.type(DETACH);
    await client.exited();
    expect(client.text).toContain("[detached from first]");
    expect(focus(box)).toEqual({ current: "first", previous: "two" });
  });

  test("fails when there is no previous session", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    expect(await box.run(["prev"], { env: { TSM_SESSION: "one" } })).toMatchObject({
      code: 1,
      stderr:
        "There is no previous session.\n" +
        "Run 'tsm ls' to list sessions, and 'tsm attach NAME' to go to one.\n",
    });
  });
});

test("an attach warns when the session's daemon is of an older build, and only then", async () => {
  await using box = new Sandbox();
  await box.ok("new", "work");
  const attach = async (): Promise<string> => {
    const client = box.open(["a", "work"]);
    await client.shown("$ ");
    client.type(DETACH);
    await client.exited();
    return client.text;
  };
  expect(await attach()).not.toContain("Warning");
  const file = join(box.config.logDir, "daemon-build/work.json");
  const build: unknown = JSON.parse(readFileSync(file, "utf8"));
  expect(build).toEqual({
    executable: expect.stringContaining("dist/tsm"),
    mod_time_unix: expect.any(Number),
  });
  writeFileSync(file, '{"executable":"/old/tsm","mod_time_unix":1}');
  expect(await attach()).toContain(
    'Warning: session "work" is running an older tsm daemon build.\r\n' +
      "It keeps running. To use the new build, run 'tsm kill work' and create it again.\r\n",
  );
});

test("with auto_worktrees a new session brings one in each other worktree, once", async () => {
  await using box = new Sandbox();
  const repo = join(box.root, "app");
  mkdirSync(repo);
  const git = gitIn(repo);
  git("init", "-q", "-b", "main");
  git("commit", "-q", "--allow-empty", "-m", "first");
  for (const name of ["one", "two"]) git("worktree", "add", "-q", "-b", name, join(repo, name));
  const file = join(box.root, "c.toml");
  writeFileSync(file, "[git]\nauto_worktrees = true\n");
  const env = { TSM_CONFIG_FILE: file };
  const cwd = join(repo, "one");
  expect((await box.run(["new", "here"], { env, cwd })).stdout).toBe(
    'Session "here" created\nSession "app" created\nSession "app@two" created\n',
  );
  expect(await box.ok("debug", "session", "app@two")).toContain(
    `directory  ${join(repo, "two")}\n`,
  );
  expect((await box.run(["new", "again"], { env, cwd })).stdout).toBe('Session "again" created\n');
  expect((await box.run(["new", "cmd", "cat"], { env, cwd: repo })).stdout).toBe(
    'Session "cmd" created\n',
  );
});

test("a session in a linked worktree keeps its place in git, and gives it its name", async () => {
  await using box = new Sandbox();
  const repo = join(box.root, "app");
  const tree = join(box.root, "tree");
  mkdirSync(repo);
  const git = gitIn(repo);
  git("init", "-q", "-b", "main");
  git("commit", "-q", "--allow-empty", "-m", "first");
  git("worktree", "add", "-q", "-b", "feature/x", tree);
  const client = box.open(["a"], { cwd: tree });
  await client.shown("$ ");
  expect(box.sockets()).toEqual(["app@feature-x"]);
  client.type(DETACH);
  await client.exited();
  const file = (name: string): string => join(box.config.logDir, "git-meta", `${name}.json`);
  expect(JSON.parse(readFileSync(file("app@feature-x"), "utf8"))).toEqual({
    repo_name: "app",
    branch_name: "feature/x",
    is_worktree: true,
    is_git_repo: true,
    repo_root: repo,
    is_split: false,
  });
  await box.ok("rename", "app@feature-x", "x");
  expect(existsSync(file("x"))).toBe(true);
  await box.ok("kill", "x");
  expect(existsSync(file("x"))).toBe(false);
});

describe("claude-statusline", () => {
  const status = {
    model: { display_name: "Opus" },
    cwd: "/srv/app",
    cost: { total_cost_usd: 1.5 },
  };
  const json = Buffer.from(JSON.stringify(status));

  test("keeps the status of the session that it runs in, and prints one line", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const env = { TSM_SESSION: "work" };
    expect(await box.run(["claude-statusline"], { env, stdin: json })).toEqual({
      code: 0,
      stdout: "[Opus]  app  $1.50\n",
      stderr: "",
    });
    const file = join(box.config.logDir, "claude-statusline/work.json");
    expect(readFileSync(file, "utf8")).toBe(json.toString());
    await box.ok("kill", "work");
    expect(existsSync(file)).toBe(false);
  });

  test("keeps nothing for a session that is gone, refuses what is no JSON, and accepts nothing", async () => {
    await using box = new Sandbox();
    const env = { TSM_SESSION: "gone" };
    const kept = await box.run(["claude-statusline"], { env, stdin: json });
    expect(kept.stdout).toBe("[Opus]  app  $1.50\n");
    expect(existsSync(box.config.logDir)).toBe(false);
    const refused = await box.run(["claude-statusline"], { env, stdin: Buffer.from("no json") });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toStartWith("Standard input is not a JSON object.\n");
    expect(await box.run(["claude-statusline"], { env })).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });
});

describe("config", () => {
  test("installs a file without mistakes, once, and replaces it only by force", async () => {
    await using box = new Sandbox();
    const path = join(box.home, ".config/tsm/config.toml");
    expect(await box.ok("config", "path")).toBe(`${path}\n`);
    expect(await box.ok("config", "check")).toBe(`${path}: no such file; the defaults apply\n`);
    expect(await box.ok("config", "install")).toBe(`Configuration written to ${path}\n`);
    expect(await box.ok("config", "check")).toBe(`${path}: no mistakes\n`);
    expect(await box.run(["config", "install"])).toEqual({
      code: 1,
      stdout: "",
      stderr:
        `Configuration ${path} exists already.\n` +
        "Run 'tsm config install --force' to replace it.\n",
    });
    await box.ok("config", "install", "--force");
  });

  test("check names every mistake", async () => {
    await using box = new Sandbox();
    const path = join(box.root, "c.toml");
    writeFileSync(path, "[session]\nscrollback_lines = true\nnonsense = 1\n");
    const { code, stderr } = await box.run(["config", "check"], { env: { TSM_CONFIG_FILE: path } });
    expect(code).toBe(1);
    expect(stderr).toContain("scrollback_lines");
    expect(stderr).toContain("nonsense");
    expect((await box.run(["config", "what"])).code).toBe(2);
  });
});

function focus(box: Sandbox): unknown {
  return JSON.parse(readFileSync(join(box.config.socketDir, ".focus.json"), "utf8"));
}

function gitIn(repo: string): (...args: string[]) => void {
  return (...args) => {
    const who = ["-c", "user.name=a", "-c", "user.email=a@b"];
    const { exitCode, stderr } = Bun.spawnSync(["git", "-C", repo, ...who, ...args]);
    if (exitCode !== 0) throw new Error(stderr.toString());
  };
}
