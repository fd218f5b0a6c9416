import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, renameSync, rmSync, unlinkSync } from "node:fs";

import { Tag } from "../../../src/protocol/tags.ts";
import { RawConnection } from "../support/raw-connection.ts";
import { Sandbox, until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

describe("a session whose socket was removed", () => {
  test("makes it again by itself, and its client notices nothing", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const client = box.open(["a", "work"]);
    await client.shown("$ ");
    unlinkSync(box.socket("work"));
    await until(() => box.sockets().includes("work"), "the socket to be back");
    client.type("echo st''ill\r");
    await client.shown("still");
    expect(await box.ok("ls")).toMatch(/^work .* yes /m);
    client.type("exit 4\r");
    expect(await client.exited()).toBe(4);
  });

  test("is found by the next command, which need not wait for that", async () => {
    await using box = new Sandbox();
    for (const command of [
      ["ls", "--short"],
      ["send", "work", "x"],
      ["kill", "work"],
    ]) {
      await box.ok("new", "work");
      unlinkSync(box.socket("work"));
      await box.ok(...command);
      if (command[0] !== "kill") await box.ok("kill", "work");
    }
    expect(box.sockets()).toEqual([]);
  });

  test("is listed, and does not answer, while its daemon is stopped", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const daemon = box.daemonPid("work");
    process.kill(daemon, "SIGSTOP");
    unlinkSync(box.socket("work"));
    const list = JSON.parse(await box.ok("ls", "--json")) as { name: string }[];
    expect(list).toMatchObject([{ name: "work", isReachable: false }]);
    expect(await box.run(["kill", "work"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('session "work" does not answer') as string,
    });
    process.kill(daemon, "SIGCONT");
    await box.ok("kill", "work");
    expect(await box.ok("ls", "--short")).toBe("");
  });

  test("keeps its name: no second one is made beside it", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    unlinkSync(box.socket("work"));
    const { code, stderr } = await box.run(["new", "work"]);
    expect([code, stderr.split("\n")[0]]).toEqual([1, 'session "work" already exists.']);
    expect(box.daemonPids()).toHaveLength(1);
  });

  test("gets another name when a new session has its own, and does not disturb that one", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    using held = await RawConnection.open(box.socket("work"));
    held.send(Tag.Init, Uint8Array.of(24, 0, 80, 0));
    await held.readOutput(Tag.Output, "$ ");
    unlinkSync(box.socket("work"));
    const other = Bun.listen({ unix: box.socket("work"), socket: { data: () => {} } });
    await until(() => box.sockets().includes("work~2"), "the session under another name");
    held.send(Tag.Input, "echo $TSM''_SESSION\r");
    expect((await held.read(Tag.Renamed)).toString()).toBe("work~2");
    await box.ok("kill", "work~2");
    expect(box.sockets()).toEqual(["work"]);
    other.stop(true);
  });

  test("is back when the whole directory was removed, with its sidecars", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const client = box.open(["a", "work"]);
    await client.shown("$ ");
    rmSync(box.config.socketDir, { recursive: true });
    rmSync(box.config.logDir, { recursive: true });
    expect(await box.ok("ls", "--short")).toBe("work\n");
    await until(() => box.sockets().includes("work"), "the socket to be back");
    expect(readFileSync(`${box.config.logDir}/daemon-build/work.json`, "utf8")).toContain("/tsm");
    await box.ok("rename", "work", "play");
    client.type("exit 3\r");
    expect(await client.exited()).toBe(3);
    await until(() => box.processes().length === 0, "everything to end");
    expect(box.sockets()).toEqual([]);
  });

  test("notices again, as often as it happens", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    for (let round = 0; round < 5; round++) {
      if (round % 2 === 0) unlinkSync(box.socket("work"));
      else rmSync(box.config.socketDir, { recursive: true });
      await until(
        () => (round % 2 === 0 ? box.sockets() : readSockets(box)).includes("work"),
        "the socket to be back",
      );
    }
    await box.ok("kill", "work");
  });

  test("whose directory cannot be made is found again as soon as it can", async () => {
    await using box = new Sandbox();
    mkdirSync(`${box.root}/run`, { mode: 0o700 });
    const env = { TSM_DIR: `${box.root}/run/tsm` };
    expect((await box.run(["new", "work"], { env })).code).toBe(0);
    renameSync(`${box.root}/run`, `${box.root}/away`);
    expect((await box.run(["ls", "--short"], { env })).stdout).toBe("work\n");
    expect((await box.run(["kill", "work"], { env })).code).toBe(0);
  });
});

function readSockets(box: Sandbox): string[] {
  try {
    return box.sockets();
  } catch {
    return []; // the directory is not back yet
  }
}
