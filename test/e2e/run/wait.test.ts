import { expect, setDefaultTimeout, test } from "bun:test";

import { PipedCommand } from "../support/piped-command.ts";
import { RunBox, untilFile } from "../support/run-box.ts";
import { until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const ended = (code: number) => ({ code, stdout: "", stderr: "" });

/** A session of its own command, which ends with a code when the file is there. */
async function job(box: RunBox, name: string, file: string, code: number): Promise<void> {
  await box.ok("new", name, ...untilFile(file, `exit ${code}`));
}

test("a session's end is waited for with its exit status, when its shell exits, too", async () => {
  await using box = new RunBox("bash");
  await box.openPrompt("work");
  const waiting = new PipedCommand(box, ["wait", "work"]);
  await box.settles(waiting);
  await box.typeLine("work", "exit 7");
  expect(await waiting.ended()).toEqual(ended(7));
  await until(() => box.sockets().length === 0, "the session to go");
});

test("a command that a signal ends has 128 and its number", async () => {
  await using box = new RunBox("sh");
  await box.ok("new", "work", ...untilFile("go", "kill -TERM $$"));
  const waiting = new PipedCommand(box, ["wait", "work"]);
  await box.settles(waiting);
  box.file("go", "");
  expect(await waiting.ended()).toEqual(ended(143));
});

test("all waiting commands get the exit status, and later ones too", async () => {
  await using box = new RunBox("bash");
  await box.ok("run", "work", "-d", "--", ...untilFile("go", "exit 3"));
  const first = box.run(["wait", "work"]);
  const second = box.run(["wait", "work"]);
  box.file("go", "");
  expect(await Promise.all([first, second])).toEqual([ended(3), ended(3)]);
  expect(await box.run(["wait", "work"])).toEqual(ended(3));
  expect(await box.run(["wait", "work"])).toEqual(ended(3));
});

test("a command whose end was reported is not waited for again", async () => {
  await using box = new RunBox("bash");
  expect((await box.runIn("work", "sh", "-c", "exit 3")).code).toBe(3);
  // What is left to wait for is the session.
  expect((await box.run(["wait", "work", "--timeout", "0.1"])).code).toBe(124);
  await box.ok("run", "work", "-d", "--", "sh", "-c", "exit 4");
  expect(await box.run(["wait", "work"])).toEqual(ended(4));
});

test("of several sessions the first failure in their order counts", async () => {
  await using box = new RunBox("sh");
  await job(box, "a", "go-a", 0);
  await job(box, "b", "go-b", 5);
  await job(box, "c", "go-c", 6);
  const waiting = new PipedCommand(box, ["wait", "a", "c", "b", "a"]);
  await box.settles(waiting);
  box.file("go-b", "");
  await until(() => box.sockets().length === 2, "the end of b");
  box.file("go-a", "");
  box.file("go-c", "");
  expect(await waiting.ended()).toEqual(ended(6));
});

test("a pattern selects all matching sessions", async () => {
  await using box = new RunBox("sh");
  await job(box, "job-1", "go", 0);
  await job(box, "job-2", "go", 2);
  await job(box, "other", "never", 9);
  const waiting = new PipedCommand(box, ["wait", "job-*"]);
  await box.settles(waiting);
  box.file("go", "");
  expect(await waiting.ended()).toEqual(ended(2));
  expect(box.sockets()).toEqual(["other"]);
  expect(await box.run(["wait", "job-*"])).toEqual({
    code: 125,
    stdout: "",
    stderr: "No session matches \"job-*\".\nRun 'tsm ls' to list sessions.\n",
  });
});

test("a time-out names those that still run", async () => {
  await using box = new RunBox("sh");
  for (const name of ["a", "b", "c"]) await job(box, name, `go-${name}`, 0);
  const waiting = new PipedCommand(box, ["wait", "a", "b", "c", "--timeout", "2"]);
  await box.settles(waiting);
  box.file("go-b", "");
  expect(await waiting.ended()).toEqual({
    code: 124,
    stdout: "",
    stderr:
      'Gave up after 2 s: "a", "c" are still running.\n' +
      "Nothing was interrupted. Run the same command to keep waiting.\n",
  });
  expect(box.sockets().toSorted()).toEqual(["a", "c"]);
});

test("a session that is not there fails, and the others are waited for all the same", async () => {
  await using box = new RunBox("sh");
  const notFound =
    "Cannot wait for session \"no\": session not found.\nRun 'tsm ls' to list sessions.\n";
  expect(await box.run(["wait", "no"])).toEqual({ code: 125, stdout: "", stderr: notFound });
  await job(box, "a", "go", 3);
  const waiting = new PipedCommand(box, ["wait", "a", "no"]);
  await box.settles(waiting);
  box.file("go", "");
  expect(await waiting.ended()).toEqual({ code: 3, stdout: "", stderr: notFound });
});

test("JSON reports what has ended, and how, in the order of the names", async () => {
  await using box = new RunBox("bash");
  await job(box, "session", "go", 3);
  await box.ok("run", "run", "-d", "--", ...untilFile("go", "echo line 1; exit 4"));
  const args = ["--json", "run", "no", "session"];
  const waiting = new PipedCommand(box, ["wait", ...args]);
  await box.settles(waiting);
  box.file("go", "");
  const { code, stdout } = await waiting.ended();
  expect(code).toBe(4);
  expect(JSON.parse(stdout)).toEqual([
    { session: "run", exitCode: 4, event: "run-ended" },
    {
      session: "no",
      exitCode: 125,
      event: "error",
      error: 'Cannot wait for session "no": session not found.',
    },
    { session: "session", exitCode: 3, event: "session-ended" },
  ]);
  const found = await box.ok("wait", "--json", "--until-regex", "line \\d", "run");
  expect(JSON.parse(found)).toEqual([
    { session: "run", exitCode: 0, event: "output", line: "line 1" },
  ]);
});

test("an interrupt ends the waiting, and nothing else", async () => {
  await using box = new RunBox("sh");
  await job(box, "a", "go", 3);
  const waiting = new PipedCommand(box, ["wait", "a"]);
  await box.settles(waiting);
  waiting.kill("SIGINT");
  expect(await waiting.exited()).toBe(130);
  expect(box.sockets()).toEqual(["a"]);
});
