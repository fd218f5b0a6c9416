import { expect, setDefaultTimeout, test } from "bun:test";

import { parseInfo } from "../../../src/protocol/info.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import { PipedCommand } from "../support/piped-command.ts";
import { RawConnection } from "../support/raw-connection.ts";
import { begin, RunBox, untilFile } from "../support/run-box.ts";
import { until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";
const NOTICE = "[work exited 3: Enter closes it]";

interface Entry {
  name: string;
  taskEndedAt: number;
  taskExitCode: number;
  isReachable: boolean;
  hasNotification: boolean;
}

/** A session of `sh` that prints `x`, has ended with 3 and is held. */
async function held(box: RunBox, script = "echo x; exit 3"): Promise<void> {
  await box.ok("new", "work", "--hold", "--", "sh", "-c", script);
  await hasEnded(box);
}

async function entryOf(box: RunBox): Promise<Entry | undefined> {
  const entries = JSON.parse(await box.ok("ls", "--json")) as Entry[];
  return entries.find(({ name }) => name === "work");
}

async function hasEnded(box: RunBox): Promise<void> {
  await until(async () => ((await entryOf(box))?.taskEndedAt ?? 0) > 0, "the command to end");
}

async function isGone(box: RunBox): Promise<void> {
  await until(() => box.sockets().length === 0, "the session to go");
  await until(() => box.processes().length === 0, "its processes to end");
}

test("a held session is listed with how it ended, and what it printed is still there", async () => {
  await using box = new RunBox("sh");
  await held(box);
  expect(await box.ok("ls")).toMatch(/^work .* exited 3 /m);
  expect(await entryOf(box)).toMatchObject({
    taskExitCode: 3,
    isReachable: true,
    hasNotification: true,
  });
  using connection = await RawConnection.open(box.socket("work"));
  connection.send(Tag.Info);
  const { taskEndedAt, taskExitCode, createdAt } = parseInfo(await connection.read(Tag.Info));
  expect(taskEndedAt).toBeGreaterThanOrEqual(createdAt);
  expect(taskExitCode).toBe(3);
  expect(await box.ok("history", "work")).toBe("x\n");
  expect(await box.ok("tail", "work")).toBe("x\n");
  expect(await box.ok("screen", "work")).toBe("x\n");
  // Looking changes nothing.
  expect(box.sockets()).toEqual(["work"]);
});

test("one that runs has no end yet", async () => {
  await using box = new RunBox("sh");
  await box.ok("new", "work", "--hold", "--", ...untilFile("go", "exit 3"));
  expect(await entryOf(box)).toMatchObject({ taskEndedAt: 0, taskExitCode: 0 });
  box.file("go", "");
  await hasEnded(box);
});

test("'tsm wait' reports its exit status, before or after the end, and removes it", async () => {
  await using box = new RunBox("sh");
  await held(box);
  expect(await box.run(["wait", "work"])).toEqual({ code: 3, stdout: "", stderr: "" });
  await isGone(box);
  expect((await box.run(["wait", "work"])).code).toBe(125);
  await box.ok("new", "work", "--hold", "--", ...untilFile("go", "exit 4"));
  const waits = [new PipedCommand(box, ["wait", "work"]), new PipedCommand(box, ["wait", "work"])];
  for (const wait of waits) await box.settles(wait);
  box.file("go", "");
  for (const wait of waits) expect((await wait.ended()).code).toBe(4);
  await isGone(box);
});

test("waiting for output does not remove it", async () => {
  await using box = new RunBox("sh");
  await held(box);
  expect((await box.run(["wait", "work", "--until", "x"])).code).toBe(0);
  const failed = await box.run(["wait", "work", "--until", "never"]);
  expect(failed).toEqual({
    code: 125,
    stdout: "",
    stderr:
      'Session "work" ended without printing that: exit 3.\n' +
      "If the session still exists, 'tsm history work' shows what it printed.\n",
  });
  expect((await box.run(["wait", "work", "--idle", "0.1"])).code).toBe(0);
  expect(box.sockets()).toEqual(["work"]);
});

test("a client sees the screen and how it ended; Enter closes it", async () => {
  await using box = new RunBox("sh");
  await held(box);
  const screen = box.open(["attach", "work"]);
  await screen.shown(NOTICE);
  expect(screen.text.indexOf("x\r\n")).toBeLessThan(screen.text.indexOf(NOTICE));
  screen.type("other keys\x03\x04");
  await box.ok("ls");
  expect(box.sockets()).toEqual(["work"]);
  screen.type("\r");
  expect(await screen.exited()).toBe(3);
  await isGone(box);
});

test("detaching closes it, too", async () => {
  await using box = new RunBox("sh");
  await held(box);
  const screen = box.open(["attach", "work"]);
  await screen.shown(NOTICE);
  screen.type(DETACH);
  expect(await screen.exited()).toBe(0);
  await isGone(box);
});

test("a read-only client does not remove it", async () => {
  await using box = new RunBox("sh");
  await held(box);
  const screen = box.open(["attach", "--read-only", "work"]);
  await screen.shown("[work exited 3]");
  screen.type("\r\n");
  screen.type(DETACH);
  expect(await screen.exited()).toBe(0);
  await box.ok("ls");
  expect(box.sockets()).toEqual(["work"]);
  // Nor can what is typed from outside: nobody has seen it.
  expect(await box.run(["send", "work", "--enter"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('The command of session "work" has ended.'),
  });
  await box.ok("ls");
  expect(box.sockets()).toEqual(["work"]);
});

test("every attached client gets the exit status when the command ends", async () => {
  await using box = new RunBox("sh");
  await box.ok("new", "work", "--hold", "--", ...begin("echo last; exit 3"));
  const first = box.open(["attach", "work"]);
  const second = box.open(["attach", "work"]);
  for (const screen of [first, second]) await screen.shown("begun");
  box.file("go", "");
  for (const screen of [first, second]) {
    await screen.shown("last");
    await screen.shown(NOTICE);
  }
  first.type(DETACH);
  expect(await first.exited()).toBe(0);
  await box.ok("ls");
  expect(box.sockets()).toEqual(["work"]);
  second.type("\r");
  expect(await second.exited()).toBe(3);
  await isGone(box);
});

test("killing it works", async () => {
  await using box = new RunBox("sh");
  await held(box);
  expect(await box.ok("kill", "work")).toBe('Session "work" killed\n');
  await isGone(box);
});

test("a command that a signal ended has 128 and its number", async () => {
  await using box = new RunBox("sh");
  // One that ends as soon as it has begun may be told as an exit with 1.
  await box.ok("new", "work", "--hold", "--", ...untilFile("go", "kill -9 $$"));
  box.file("go", "");
  await hasEnded(box);
  expect(await box.ok("ls")).toMatch(/^work .* exited 137 /m);
  expect((await entryOf(box))?.taskExitCode).toBe(137);
  expect((await box.run(["wait", "work"])).code).toBe(137);
});

test("nothing can be run in it", async () => {
  await using box = new RunBox("sh");
  await box.ok("new", "work", "--hold");
  await box.shows("work", "$");
  await box.typeLine("work", "exit 3");
  await hasEnded(box);
  for (const args of [
    ["run", "work"],
    ["run", "work", "--wait"],
  ]) {
    const { code, stdout, stderr } = await box.run([...args, "--", "echo", "no"]);
    expect([code, stdout]).toEqual([125, ""]);
    expect(stderr).toStartWith('Cannot run in session "work": its command has ended.\n');
  }
  expect(box.sockets()).toEqual(["work"]);
});

test("a run that ends its shell has the shell's exit status, and the session is held", async () => {
  await using box = new RunBox("bash");
  await box.ok("new", "work", "--hold");
  const { code, stdout, stderr } = await box.runIn("work", "echo bye; exit 3");
  expect({ code, stdout, stderr }).toEqual({
    code: 3,
    stdout: "bye\n",
    stderr: "[work ended: exit 3]\n",
  });
  await hasEnded(box);
  expect((await entryOf(box))?.taskExitCode).toBe(3);
  expect((await box.run(["wait", "work"])).code).toBe(3);
});

test("renaming it works, and it can be waited for under its new name", async () => {
  await using box = new RunBox("sh");
  await held(box);
  await box.ok("rename", "work", "other");
  expect(await box.ok("history", "other")).toBe("x\n");
  const screen = box.open(["attach", "--read-only", "other"]);
  await screen.shown("[other exited 3]");
  screen.type(DETACH);
  await screen.exited();
  expect((await box.run(["wait", "other"])).code).toBe(3);
  await isGone(box);
});

test("an attached client of a shell that is held closes it with Enter", async () => {
  await using box = new RunBox("bash");
  await box.ok("new", "work", "--hold");
  const screen = box.open(["attach", "work"]);
  await screen.shown("[tsm:work]");
  screen.type("exit 3\r");
  await screen.shown(NOTICE);
  screen.type("\r");
  expect(await screen.exited()).toBe(3);
  await isGone(box);
});

test("following what is over ends at once, with its exit status", async () => {
  await using box = new RunBox("sh");
  await held(box);
  expect(await box.run(["tail", "-f", "work"])).toMatchObject({ code: 3, stdout: "x\n" });
  expect(box.sockets()).toEqual(["work"]);
});
