import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readlinkSync } from "node:fs";

import { FakeDaemon } from "../support/fake-daemon.ts";
import { Sandbox, until, type Screen } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";

/** Whether the terminal of a process is raw. */
function isRaw(pid: number): boolean {
  const path = readlinkSync(`/proc/${pid}/fd/0`);
  const { stdout } = Bun.spawnSync(["stty", "-F", path, "-a"], { stderr: "ignore" });
  return /(?:^|\s)-isig\b/.test(stdout.toString());
}

/** A client that has taken the terminal, and waits for a daemon that does not answer yet. */
async function clientThatWaits(box: Sandbox): Promise<{ screen: Screen; goOn(): void }> {
  await box.ok("new", "work");
  const daemon = box.daemonPid("work");
  process.kill(daemon, "SIGSTOP");
  const screen = box.open(["attach", "work"]);
  await until(() => isRaw(screen.pid), "raw mode");
  return { screen, goOn: () => process.kill(daemon, "SIGCONT") };
}

describe("a client sets up the terminal before it knows its session", () => {
  for (const command of [["attach", "work"], ["attach"], [], ["palette"]]) {
    test(`tsm ${command.join(" ")}: it has it when a daemon is asked first`, async () => {
      await using box = new Sandbox();
      await using daemon = FakeDaemon.listen(box, "work");
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const screen = box.open(command);
      daemon.onMessage(() => resolve(isRaw(screen.pid)));
      expect(await promise).toBe(true);
    });
  }

  test("what is typed by then is for the session", async () => {
    await using box = new Sandbox();
    const { screen, goOn } = await clientThatWaits(box);
    screen.type("echo ty''ped early; stty -a\r");
    goOn();
    await screen.shown("typed early");
    await screen.until(() => /\sisig /.test(screen.text), "the modes");
  });

  test("the key that detaches does so, and no signal ends the client", async () => {
    await using box = new Sandbox();
    const { screen, goOn } = await clientThatWaits(box);
    screen.type(`\x03\x1a${DETACH}`);
    goOn();
    expect(await screen.exited()).toBe(0);
    expect(screen.text).toEndWith("[detached from work]\r\n");
  });

  test("a signal gives the terminal back first", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    process.kill(box.daemonPid("work"), "SIGSTOP");
    const script = '"$0" attach work; echo status $?; stty -a';
    // An interactive shell gives its jobs groups of their own, and the terminal.
    const screen = box.open(["-ic", script, ...box.command()], { program: "/bin/bash" });
    const client = await clientOf(box);
    process.kill(client, "SIGTERM");
    await screen.shown("status 143");
    await screen.until(() => /\sisig /.test(screen.text), "the modes");
  });
});

/** Pid of the command that has the terminal, once that is raw. */
async function clientOf(box: Sandbox): Promise<number> {
  let found: number | undefined;
  await until(() => {
    found = box.processes().find((pid) => isAttaching(pid));
    return found !== undefined;
  }, "the client");
  return found ?? 0;
}

function isAttaching(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`).endsWith("/tsm") && isRaw(pid);
  } catch {
    return false; // it has ended
  }
}

describe("a command that fails after that", () => {
  for (const [args, message] of [
    [["attach", "-r", "nobody"], 'session not found: "nobody".'],
    [["attach", "a/b"], 'Invalid session name "a/b": it must not contain path separators.'],
    [["attach", "a", "b"], "Unexpected argument 'b': tsm attach [--read-only] [--take] [name]"],
    [["toggle"], "There is no previous session."],
  ] as const) {
    test(`tsm ${args.join(" ")}: says so on a terminal that is as it was`, async () => {
      await using box = new Sandbox();
      const screen = box.open(["-c", '"$@"; stty -a', "sh", ...box.command(...args)], {
        program: "/bin/sh",
      });
      expect(await screen.exited()).toBe(0);
      expect(screen.text).toStartWith(`${message}\r\n`);
      expect(screen.text).toMatch(/\sisig icanon /);
      expect(screen.text).toMatch(/\sopost .* onlcr /);
      expect(screen.text).not.toContain("\x1b");
    });
  }
});

test("a job in the background is not stopped for a terminal that it does not need", async () => {
  await using box = new Sandbox();
  const screen = box.open(["-ic", '"$0" toggle & wait $!; echo status $?', ...box.command()], {
    program: "/bin/bash",
  });
  await screen.shown("There is no previous session.");
  await screen.shown("status 1");
});
