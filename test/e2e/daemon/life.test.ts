import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { existsSync } from "node:fs";

import { isRunning, Sandbox, until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";

describe("a session", () => {
  test("is unchanged after a detach and attach", async () => {
    await using box = new Sandbox();
    expect(await box.ok("new", "work")).toBe('Session "work" created\n');
    const first = box.open(["a", "work"]);
    first.type("MARK=still; echo he''re\r");
    await first.shown("here");
    first.type(DETACH);
    expect(await first.exited()).toBe(0);
    expect(first.text).toEndWith("[detached from work]\r\n");

    const second = box.open(["a", "work"]);
    await second.shown("here");
    second.type('echo "[$MARK]"\r');
    await second.shown("[still]");
  });

  test("is shown to two clients, and both can type", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const [one, two] = [box.open(["a", "work"]), box.open(["a", "work"])];
    await one.shown("$ ");
    await two.shown("$ ");
    one.type("echo fr''om one\r");
    await two.shown("from one");
    two.type("echo fr''om two\r");
    await one.shown("from two");
    expect(await box.ok("ls")).toContain("yes (2)");
  });

  test("survives a detach of all its clients", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const clients = [box.open(["a", "work"]), box.open(["a", "work"])];
    for (const client of clients) await client.shown("$ ");
    await box.ok("detach", "work");
    for (const client of clients) {
      expect(await client.exited()).toBe(0);
      expect(client.text).toContain("[detached from work]");
    }
    expect(await box.ok("ls")).toContain("work");
  });

  test("can be renamed while attached; the client knows the new name", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const client = box.open(["a", "work"]);
    await client.shown("$ ");
    expect(await box.ok("mv", "work", "日本")).toBe('Session "work" renamed to "日本"\n');
    expect(box.sockets()).toEqual(["日本"]);
    client.type("echo st''ill\r");
    await client.shown("still");
    client.type(DETACH);
    await client.exited();
    expect(client.text).toContain("[detached from 日本]");
  });

  test("cannot be renamed to the name of another, and keeps its own", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    await box.ok("new", "two");
    const refused = await box.run(["rename", "one", "two"]);
    expect(refused).toEqual({
      code: 1,
      stdout: "",
      stderr: 'Cannot rename session "one": session "two" already exists.\nChoose another name.\n',
    });
    expect(box.sockets().sort()).toEqual(["one", "two"]);
    await box.ok("kill", "one", "two");
  });

  test("ends its clients when it is killed, and leaves no files", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const client = box.open(["a", "work"]);
    await client.shown("$ ");
    const daemon = box.daemonPid("work");
    expect(await box.ok("kill", "work")).toBe('Session "work" killed\n');
    expect(await client.exited()).toBe(129); // SIGHUP
    expect(client.text).toContain("[work ended: exit 129]");
    await until(() => !isRunning(daemon), "the daemon to end");
    expect(box.processes()).toEqual([]);
    expect(box.sockets()).toEqual([]);
  });

  test("reports its command's exit status to the attached client", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const client = box.open(["a", "work"]);
    await client.shown("$ ");
    client.type("exit 7\r");
    expect(await client.exited()).toBe(7);
    expect(client.text).toEndWith("[work ended: exit 7]\r\n");
  });

  test("that ends by a signal has exit status 128 plus the signal's number", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const client = box.open(["a", "work"]);
    await client.shown("$ ");
    client.type("kill -9 $$\r");
    expect(await client.exited()).toBe(137);
  });

  test("ends processes that ignore SIGHUP, and those that are stopped", async () => {
    await using box = new Sandbox();
    const script = "trap '' HUP; sleep 1000 & kill -STOP $!; echo up; while :; do sleep 1; done";
    await box.ok("new", "stubborn", "sh", "-c", script);
    const client = box.open(["a", "stubborn"]);
    await client.shown("up");
    await box.ok("kill", "stubborn");
    await client.exited();
    await until(() => box.processes().length === 0, "everything to end");
  });

  test("ends cleanly when its daemon gets SIGTERM", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const client = box.open(["a", "work"]);
    await client.shown("$ ");
    process.kill(box.daemonPid("work"), "SIGTERM");
    expect(await client.exited()).toBe(129);
    await until(() => box.processes().length === 0, "everything to end");
    expect(existsSync(box.socket("work"))).toBe(false);
  });

  test("keeps the flags of its command", async () => {
    await using box = new Sandbox();
    const script = 'echo "<$*>"; sleep 1000';
    await box.ok("new", "work", "sh", "-c", script, "x", "-la", "--color", "--", "--help");
    const client = box.open(["a", "work"]);
    await client.shown("<-la --color -- --help>");
    expect(await box.ok("ls")).toContain("sh -c");
  });

  test("has the caller's environment and directory, and its own name in it", async () => {
    await using box = new Sandbox();
    const env = { FROM_CALLER: "yes", TSM_SESSION: "outer", TERM: undefined };
    const created = await box.run(["new", "work"], { env });
    expect(created.stderr).toBe("");
    const client = box.open(["a", "work"]);
    client.type('echo "[$FROM_CALLER $TSM_SESSION $TERM $PWD]"\r');
    await client.shown(`[yes work xterm-256color ${box.root}]`);
  });
});

describe("attaching", () => {
  test("creates a missing session and names it after the directory", async () => {
    await using box = new Sandbox();
    const client = box.open(["a"]);
    await client.shown("$ ");
    const [name] = box.sockets();
    expect(box.root).toEndWith(`/${name}`);
    client.type(DETACH);
    await client.exited();
  });

  test("without a terminal is refused before anything is created", async () => {
    await using box = new Sandbox();
    const result = await box.run(["a", "work"]);
    expect(result).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "Cannot attach: standard input is not a terminal.\nRun this in a terminal, without pipes or with </dev/tty.\n",
    });
    expect(existsSync(box.config.socketDir)).toBe(false);
  });

  test("passes all 256 byte values to the program and back", async () => {
    await using box = new Sandbox();
    // The two keys of the client are kept back by it, and are tested elsewhere.
    await box.ok("new", "raw", "sh", "-c", "stty raw -echo; echo ready; exec cat");
    const client = box.open(["a", "raw"]);
    await client.shown("ready");
    const own = [0x1c, 0x1d];
    const all = Uint8Array.from({ length: 256 }, (_, i) => i).filter((byte) => !own.includes(byte));
    client.clear();
    client.type(all);
    client.type("the end");
    await client.shown("the end");
    expect([...client.output.subarray(0, all.length)]).toEqual([...all]);
  });

  test("keeps what was typed before it had begun", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "sh", "-c", "stty raw -echo; exec cat");
    const client = box.open(["a", "work"]);
    client.type("typed ahead");
    await client.shown("typed ahead");
  });
});

describe("simultaneous creators", () => {
  test("of one name: exactly one of 20 succeeds, and its session is reachable", async () => {
    await using box = new Sandbox();
    const results = await Promise.all(Array.from({ length: 20 }, () => box.run(["new", "same"])));
    expect(results.filter(({ code }) => code === 0)).toHaveLength(1);
    for (const { code, stderr } of results) {
      if (code !== 0) expect(stderr).toStartWith('session "same" already exists.\nAttach to it');
    }
    expect(await box.ok("ls")).toMatch(/^same /m);
    expect(box.sockets()).toEqual(["same"]);
    await until(() => daemons(box) === 1, "the losers to be gone");
  });

  test("of a name whose session is killed at that moment: 20 rounds", async () => {
    await using box = new Sandbox();
    await box.ok("new", "x");
    for (let round = 0; round < 20; round++) {
      await box.ok("kill", "x");
      expect(await box.ok("new", "x")).toBe('Session "x" created\n');
    }
    expect(daemons(box)).toBe(1);
  });
});

describe("a daemon that was killed with -9", () => {
  test("loses its client, is not listed, and its name can be used again", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    await box.ok("new", "other");
    const client = box.open(["a", "work"]);
    await client.shown("$ ");
    await box.killDaemon("work");
    expect(await client.exited()).toBe(1);
    expect(client.text).toContain('Lost session "work": its daemon is gone.');
    const list = await box.ok("ls");
    expect(list).not.toMatch(/^work /m);
    expect(list).toMatch(/^other /m);
    expect(box.sockets()).toEqual(["other"]);
    await box.ok("new", "work");
  });

  test("leaves a name that 10 simultaneous creators can share out: one wins", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    await box.killDaemon("work");
    const results = await Promise.all(Array.from({ length: 10 }, () => box.run(["new", "work"])));
    expect(results.filter(({ code }) => code === 0)).toHaveLength(1);
    expect(await box.ok("ls")).toMatch(/^work /m);
  });
});

describe("the last output", () => {
  test("of seq 1 200000 arrives whole, 20 times", async () => {
    await using box = new Sandbox();
    const expected = Array.from({ length: 200_000 }, (_, i) => `${i + 1}\r\n`).join("");
    for (let round = 0; round < 20; round++) {
      await box.ok("new", `seq${round}`, "sh", "-c", "read go; seq 1 200000");
      const client = box.open(["a", `seq${round}`]);
      await until(async () => (await box.ok("ls")).includes("yes (1)"), "the attach");
      client.type("\r");
      expect(await client.exited()).toBe(0);
      expect(client.text.includes(`\r\n${expected}`)).toBe(true);
    }
  });
});

/** How many daemons there are, whatever they are called. */
function daemons(box: Sandbox): number {
  return box.daemonPids().length;
}
