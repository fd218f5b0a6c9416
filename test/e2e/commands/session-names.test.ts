import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { createRepository, git } from "../../git/repositories.ts";
import { Sandbox, TSM, until, type CommandResult } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";
const PREFIX = { TSM_PREFIX: "api-" };

async function create(box: Sandbox, ...names: string[]): Promise<void> {
  for (const name of names) await box.ok("new", name, "sleep", "1000");
}

describe("a pattern", () => {
  test("ends every session that it matches and no other", async () => {
    await using box = new Sandbox();
    await create(box, "api-db", "api-web", "a[1]", "a1", "notes");
    const killed = 'Session "api-db" killed\nSession "api-web" killed\n';
    expect(await box.ok("kill", "api-*")).toBe(killed);
    expect(await box.ok("kill", "a[1]")).toBe('Session "a[1]" killed\n');
    expect(box.sockets().sort()).toEqual(["a1", "notes"]);
    expect(await box.run(["kill", "notes", "api-*"])).toEqual({
      code: 1,
      stdout: "",
      stderr: "No session matches \"api-*\".\nRun 'tsm ls' to list sessions.\n",
    });
    expect(box.sockets().sort()).toEqual(["a1", "notes"]);
  });

  test("detaches the clients of every matching session", async () => {
    await using box = new Sandbox();
    await create(box, "api-db", "api-web", "notes");
    const clients = ["api-db", "api-web", "notes"].map((name) => box.open(["a", name]));
    await until(
      async () => (await attached(box)).join() === "api-db,api-web,notes",
      "all to be attached",
    );
    expect(await box.ok("detach", "api-*")).toBe("");
    expect(await clients[0]?.exited()).toBe(0);
    expect(await clients[1]?.exited()).toBe(0);
    expect(await attached(box)).toEqual(["notes"]);
  });

  test("that matches the session it is typed in ends the others too, and that one last", async () => {
    await using box = new Sandbox();
    await box.ok("new", "b");
    await create(box, "a", "c", "d");
    const screen = box.open(["a", "b"]);
    await screen.shown("$ ");
    screen.type(`"${TSM}" kill '*'\r`);
    await until(() => box.sockets().length === 0, "all sessions to end");
    await screen.exited();
  });

  test("is no name for attach, rename and logs", async () => {
    await using box = new Sandbox();
    await create(box, "api-db");
    expect(await box.run(["rename", "api-*", "x"])).toMatchObject({ code: 1 });
    expect(await box.run(["logs", "api-*"])).toMatchObject({ code: 1 });
    expect(await box.run(["attach", "-r", "api-*"])).toMatchObject({ code: 1 });
    expect(box.sockets()).toEqual(["api-db"]);
  });
});

test("several sessions are detached; one that is missing costs the status alone", async () => {
  await using box = new Sandbox();
  await create(box, "one", "two");
  const client = box.open(["a", "two"]);
  await until(async () => (await attached(box)).length === 1, "the client");
  const { code, stderr } = await box.run(["detach", "one", "nope", "two"]);
  expect([code, stderr]).toEqual([
    1,
    "Cannot detach session \"nope\": session not found.\nRun 'tsm ls' to list sessions.\n",
  ]);
  expect(await client.exited()).toBe(0);
});

describe("with TSM_PREFIX", () => {
  function prefixed(box: Sandbox, ...args: string[]): Promise<CommandResult> {
    return box.run(args, { env: PREFIX });
  }

  test("a name gets it in every command, once, and is shown in full", async () => {
    await using box = new Sandbox();
    await create(box, "web");
    const said = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await prefixed(box, ...args);
      expect([args, code, stderr]).toEqual([args, 0, ""]);
      return stdout;
    };
    expect(await said("new", "web", "sleep", "1000")).toBe('Session "api-web" created\n');
    expect(await said("mv", "web", "api-x")).toBe('Session "api-web" renamed to "api-x"\n');
    expect(await said("label", "x", "env=ci")).toBe("");
    expect(await said("label", "api-x")).toBe("env=ci\n");
    expect(await said("logs", "x")).toContain("renamed from api-web");
    expect(await said("debug", "session", "x")).toContain("api-x");
    expect(await said("status", "--format", "{name} {sessions}", "x")).toBe("api-x 1\n");
    expect(await said("ls", "--short")).toBe("api-x\n");
    expect(await said("ls", "--short", "x", "web")).toBe("api-x\n");
    expect(await said("detach", "x")).toBe("");
    expect(await said("kill", "x")).toBe('Session "api-x" killed\n');
    expect(await said("ls")).toStartWith("no sessions found");
    expect(box.sockets()).toEqual(["web"]);
  });

  test("patterns leave all other sessions alone", async () => {
    await using box = new Sandbox();
    await create(box, "api-db", "api-web", "db", "notes");
    expect((await prefixed(box, "label", "*", "k=v")).code).toBe(0);
    expect((await prefixed(box, "kill", "*")).stdout).toBe(
      'Session "api-db" killed\nSession "api-web" killed\n',
    );
    expect(await box.ok("ls", "--short", "--where", "k=")).toBe("db\nnotes\n");
    expect(await prefixed(box, "kill", "*")).toMatchObject({ code: 1, stdout: "" });
  });

  test("the session that a command is typed in is meant as it is", async () => {
    await using box = new Sandbox();
    await create(box, "web", "api-web");
    const inside = { env: { ...PREFIX, TSM_SESSION: "web" } };
    const format = ["status", "--format", "{name} of {sessions}"];
    expect((await box.run(format, inside)).stdout).toBe("web of 1\n");
    expect((await box.run(["kill"], inside)).stdout).toBe('Session "web" killed\n');
    expect(box.sockets()).toEqual(["api-web"]);
  });

  test("attach creates, chooses and names sessions that have it", async () => {
    await using box = new Sandbox();
    await create(box, "other", "another");
    const project = join(box.root, "shop");
    mkdirSync(project);
    const attach = async (cwd: string, ...args: string[]): Promise<void> => {
      const client = box.open(["attach", ...args], { env: PREFIX, cwd });
      await client.shown("$ ");
      client.type(DETACH);
      expect(await client.exited()).toBe(0);
    };
    await attach(project); // a new one, named after the directory
    await attach(box.root); // the only one there is
    expect(box.sockets().sort()).toEqual(["another", "api-shop", "other"]);
    await attach(box.root, "web");
    expect(box.sockets().sort()).toEqual(["another", "api-shop", "api-web", "other"]);
    const { code, stdout, stderr } = await prefixed(box, "attach");
    expect([code, stdout.match(/^\S+/gm)]).toEqual([1, ["NAME", "api-shop", "api-web"]]);
    expect(stderr).toContain("Several sessions");
  });

  test("the sessions of other worktrees get it as well", async () => {
    await using box = new Sandbox();
    const repo = createRepository(join(box.root, "app"));
    git(repo, "worktree", "add", "-q", "-b", "topic", join(box.root, "topic"));
    const file = join(box.root, "config.toml");
    writeFileSync(file, "[git]\nauto_worktrees = true\n");
    const env = { ...PREFIX, TSM_CONFIG_FILE: file };
    const { stdout } = await box.run(["new", "app"], { env, cwd: repo });
    expect(stdout).toBe('Session "api-app" created\nSession "api-app@topic" created\n');
  });

  test("completions offer the sessions that have it", async () => {
    await using box = new Sandbox();
    await create(box, "api-web", "web");
    const words = ["completions", "words", "kill", ""];
    expect((await prefixed(box, ...words)).stdout).toBe("api-web\tsession\n");
    expect(await box.run(words, { env: { TSM_PREFIX: "a/" } })).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });

  test("one that no name can have is refused like such a name", async () => {
    await using box = new Sandbox();
    await create(box, "web");
    const commands = [["new", "x"], ["attach", "x"], ["kill", "web"], ["kill", "*"], ["ls"]];
    for (const args of [...commands, ["status"], ["label", "web"], ["rename", "web", "x"]]) {
      expect([args, await box.run(args, { env: { TSM_PREFIX: "a/" } })]).toEqual([
        args,
        {
          code: 1,
          stdout: "",
          stderr:
            'Invalid session name "a/": it must not contain path separators.\n' +
            "Choose a name like 'work' or 'api@feature-x'.\n",
        },
      ]);
    }
    const empty = await box.run(["new", ""], { env: PREFIX });
    expect(empty.stderr).toStartWith('Invalid session name "": it must not be empty.');
    expect(box.sockets()).toEqual(["web"]);
  });
});

/** Names of the sessions that have clients. */
async function attached(box: Sandbox): Promise<string[]> {
  const all: { name: string; clients: number }[] = JSON.parse(await box.ok("ls", "--json"));
  return all.filter(({ clients }) => clients > 0).map(({ name }) => name);
}
