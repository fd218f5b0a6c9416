import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { attachSwitchSequence } from "../../../src/protocol/switch-sequence.ts";
import { FakeDaemon } from "../support/fake-daemon.ts";
import { RawClient } from "../support/raw-client.ts";
import { inTime, Sandbox, TSM, until, type Screen } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";
const hasTmux = Bun.which("tmux") !== null;

/** A client that is attached to a session with a plain shell. */
async function attachTo(box: Sandbox, name: string, ...options: string[]): Promise<Screen> {
  const client = box.open(["a", ...options, name]);
  await client.shown("$ ");
  return client;
}

/** The session in which what a client types arrives. */
async function whereTypingGoes(client: Screen): Promise<string> {
  client.clear();
  client.type('echo "at [$TSM_SESSION]"\r');
  await client.shown("at [");
  await until(() => /at \[([a-z0-9-]+)\]/.test(client.text), "the answer");
  return /at \[([a-z0-9-]+)\]/.exec(client.text)?.[1] ?? "";
}

/** Waits until a client is attached to a session, and types there. */
async function switched(box: Sandbox, client: Screen, name: string): Promise<void> {
  await until(
    async () => (await box.run(["ls", name])).stdout.includes(" yes "),
    `a client of ${name}`,
  );
  expect(await whereTypingGoes(client)).toBe(name);
}

describe("a command inside a session", () => {
  test("switches the client around it to another session, in the same process", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    await box.ok("new", "two");
    const client = await attachTo(box, "one");
    client.type(`${TSM} a two\r`);
    await switched(box, client, "two");
    client.type(`${TSM} last\r`);
    await switched(box, client, "one");
    client.type(`${TSM} a fresh\r`);
    await switched(box, client, "fresh");
    client.type(DETACH);
    expect(await client.exited()).toBe(0);
    expect(client.text).toContain("[detached from fresh]");
  });

  test("moves only the client whose user typed last, and no watcher", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    await box.ok("new", "two", "sh", "-c", "echo it is two; exec sleep 1000");
    const other = await attachTo(box, "one");
    const watcher = await attachTo(box, "one", "-r");
    const client = await attachTo(box, "one");
    client.type(`${TSM} a two\r`);
    await client.shown("it is two");
    other.clear();
    watcher.clear();
    other.type("echo st''ill one\r");
    await other.shown("still one");
    await watcher.shown("still one");
  });

  test("keeps its options: a read-only switch only watches", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    await box.ok("new", "two");
    const client = await attachTo(box, "one");
    client.clear();
    client.type(`${TSM} a -r two\r`);
    await until(
      async () => (await box.ok("ls", "two")).includes("yes"),
      "the switch to the watched session",
    );
    client.type("echo typ''ed\r");
    await box.ok("send", "two", "--enter", "echo th''ere");
    await client.shown("there");
    expect(client.text).not.toContain("typed");
  });

  test("to that very session does nothing", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    expect(await box.ok("run", "one", "--", `${TSM} a one`)).toBe("");
  });

  test("fails when no attached client can be switched", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    await box.ok("new", "two");
    const { code, stdout } = await box.run(["run", "one", "--", `${TSM} a two 2>&1`]);
    expect([code, stdout.split("\n")[0]]).toEqual([
      1,
      'Cannot switch from session "one" to "two": nobody is attached who could be taken there.',
    ]);
  });

  test("follows a rename, though its variable does not", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    await box.ok("new", "two");
    const client = await attachTo(box, "one");
    await box.ok("rename", "one", "first");
    client.type(`${TSM} a two\r`);
    await switched(box, client, "two");
  });
});

describe("a terminal that has merely inherited a session's variables", () => {
  test("attaches as usual, and reports it", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    await box.ok("new", "two");
    const client = box.open(["a", "two"], { env: { TSM_SESSION: "one" } });
    await client.shown('This is not the terminal of session "one": attaching here.');
    await client.shown("$ ");
    expect(await whereTypingGoes(client)).toBe("two");
    const same = box.open(["a", "one"], { env: { TSM_SESSION: "one" } });
    await same.shown("$ ");
    expect(await whereTypingGoes(same)).toBe("one");
  });

  test("without a terminal nothing is attached and nothing is created", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    for (const args of [["a", "other"], ["last"], ["p"]]) {
      const { code, stdout } = await box.run(args, { env: { TSM_SESSION: "one" } });
      expect([code, stdout]).toEqual([1, ""]);
    }
    expect(box.sockets()).toEqual(["one"]);
  });
});

describe("what is displayed in a session", () => {
  test("switches no client, not even a read-only one", async () => {
    await using box = new Sandbox();
    writeFileSync(join(box.root, "evil.txt"), `nice${attachSwitchSequence("prod")}text\n`);
    await box.ok("new", "untrusted");
    await box.ok("new", "prod");
    const watcher = await attachTo(box, "untrusted", "-r");
    const client = await attachTo(box, "untrusted");
    client.type("cat evil.txt; echo sh''own\r");
    await client.shown("shown");
    expect(await whereTypingGoes(client)).toBe("untrusted");
    await box.ok("send", "prod", "--enter", "echo in pr''od");
    await box.ok("send", "untrusted", "--enter", "echo in untr''usted");
    await watcher.shown("in untrusted");
    expect(watcher.text).not.toContain("in prod");
  });

  test("switches no client while it names a session that does not exist", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    const client = await attachTo(box, "one");
    client.type(`printf '\\033]633;TSM_ATTACH=nowhere\\007'\r`);
    expect(await whereTypingGoes(client)).toBe("one");
    expect(box.sockets()).toEqual(["one"]);
  });

  test("switches no client in another build's session, whose daemon cannot check it", async () => {
    await using box = new Sandbox();
    await box.ok("new", "prod");
    await using daemon = FakeDaemon.listen(box, "old");
    const client = box.open(["a", "old"]);
    const attached = await daemon.attached();
    attached.send(1, `hello${attachSwitchSequence("prod")} there`);
    await client.shown("there");
    client.type("x");
    await until(() => attached.input === "x", "the key");
  });
});

describe("the original program's request", () => {
  /** A program called tsm that asks as the original does, and stays for a while. */
  function original(box: Sandbox): string {
    const path = join(box.root, "bin", "tsm");
    mkdirSync(join(box.root, "bin"));
    copyFileSync("/bin/bash", path);
    writeFileSync(join(box.root, "ask"), `printf '\\033]633;TSM_ATTACH=%s\\007' "$1"; sleep 0.3\n`);
    return path;
  }

  test("counts while that program has the terminal, and creates a session that is missing", async () => {
    await using box = new Sandbox();
    const tsm = original(box);
    // Started like the original, it reads its script from a file called `attach`.
    await Bun.write(join(box.root, "attach"), await Bun.file(join(box.root, "ask")).text());
    await box.ok("new", "one");
    const client = await attachTo(box, "one");
    client.type(`${tsm} attach fresh\r`);
    await switched(box, client, "fresh");
  });

  test("reaches a client of the original in its own words, and only the one that decides", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    await box.ok("new", "two");
    const client = await RawClient.attach(box.socket("one"));
    client.type(`${TSM} a two\r`);
    await inTime(client.shown(attachSwitchSequence("two")), () => "the request");
    client.close();
  });
});

describe("a session is not shown within itself", () => {
  test.skipIf(!hasTmux)("by way of tmux", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    const client = await attachTo(box, "one");
    client.type("unset TSM_SESSION; tmux -S tm -f /dev/null new 'sh -i'\r");
    await client.shown("[0]");
    client.clear();
    client.type(`clear; ${TSM} a one\r`);
    await client.shown('This tmux is running inside session "one".');
    client.clear();
    client.type(`clear; ${TSM} tail -f one\r`);
    await client.shown('This command is running inside session "one".');
    client.type("tmux -S tm kill-server\r");
  });

  test("by a terminal that passes on what comes, as ssh to this machine does", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    const client = await attachTo(box, "one");
    // script(1) makes a new terminal, whose output comes out in the session.
    client.type(`unset TSM_SESSION; script -qc '${TSM} a one' /dev/null\r`);
    // Behind the message the shell is back: what is typed before may be for the program that ends.
    await client.shown("Attach to it from another terminal.\r\n$ ");
    client.type("echo st''ill here\r");
    await client.shown("still here");
  });

  test("by following it in its own terminal, whereas into a file does no harm", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    const client = await attachTo(box, "one");
    client.type(`${TSM} tail -f one | cat\r`);
    await client.shown('This command is running inside session "one".');
    client.type(`timeout 1 ${TSM} tail -f one > out; echo d''one\r`);
    await client.shown("done");
  });
});
