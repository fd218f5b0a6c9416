import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { PipedCommand } from "../support/piped-command.ts";
import { RunBox, untilFile } from "../support/run-box.ts";
import { until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DONE = { code: 0, stdout: "", stderr: "" };

/** A session whose command prints something, and more when the file `go` is there. */
async function sessionOf(box: RunBox, first: string, then: string): Promise<void> {
  const script = `printf '${first}'; until [ -e go ]; do sleep 0.01; done; ${then}; exec cat`;
  await box.ok("new", "work", "sh", "-c", script);
}

function waitUntil(box: RunBox, ...args: string[]) {
  return box.run(["wait", "work", ...args]);
}

async function lineOf(box: RunBox, ...args: string[]): Promise<unknown> {
  const { code, stdout } = await waitUntil(box, "--json", ...args);
  expect(code).toBe(0);
  return (JSON.parse(stdout) as Record<string, unknown>[])[0]?.["line"];
}

test("text that is there already is found at once, text that comes later when it comes", async () => {
  await using box = new RunBox("sh");
  await sessionOf(box, "server is up\\n", "echo listening on 80");
  await box.shows("work", "server is up");
  expect(await waitUntil(box, "--until", "is up")).toEqual(DONE);
  const later = waitUntil(box, "--until", "listening on");
  expect((await waitUntil(box, "--until", "listening", "--timeout", "0.1")).code).toBe(124);
  box.file("go", "");
  expect(await later).toEqual(DONE);
  expect(await waitUntil(box, "--until", "server")).toEqual(DONE);
});

test("colours, links and titles do not cut text", async () => {
  await using box = new RunBox("sh");
  const styled = "a \\033[31mlis\\033[1mten\\033[m\\033]2;title\\007ing \\033]8;;x:\\033\\\\on\\n";
  await sessionOf(box, styled.replace("a", "old"), `printf '${styled.replace("a", "new")}'`);
  expect(await lineOf(box, "--until", "old listening on")).toBe("old listening on");
  const later = lineOf(box, "--until", "new listening on");
  box.file("go", "");
  expect(await later).toBe("new listening on");
});

test("text is found wherever its output is cut", async () => {
  await using box = new RunBox("sh");
  const bytes = [..."at last: fertig für 漢字"].map((it) => `printf '${it}'; sleep 0.01`);
  await sessionOf(box, "", bytes.join("; "));
  const later = waitUntil(box, "--until", "fertig für 漢字");
  box.file("go", "");
  expect(await later).toEqual(DONE);
});

test("a line that the terminal has wrapped is one line", async () => {
  await using box = new RunBox("sh");
  const long = `${"w".repeat(74)}long text${"y".repeat(200)}end`;
  await sessionOf(box, `${long}\\n`, `echo ${long.replaceAll("w", "v")}`);
  await box.shows("work", "end");
  expect(await lineOf(box, "--until", "wlong texty")).toBe(long);
  expect(await lineOf(box, "--until-regex", "^w+long texty+end$")).toBe(long);
  const later = lineOf(box, "--until-regex", "^v+long texty+end$");
  box.file("go", "");
  expect(await later).toBe(long.replaceAll("w", "v"));
});

test("text is found far above the screen, and in a prompt without a line feed", async () => {
  await using box = new RunBox("sh");
  await sessionOf(box, "needle\\n", "seq 3000; printf 'Password: '");
  box.file("go", "");
  expect(await waitUntil(box, "--until", "Password: ")).toEqual(DONE);
  expect(await waitUntil(box, "--until", "needle")).toEqual(DONE);
  expect(await lineOf(box, "--until-regex", "^29\\d7$")).toBe("2907");
});

test("a prompt's dollar is found in the last line, where an anchor would not match yet", async () => {
  await using box = new RunBox("sh");
  await sessionOf(box, "", "printf 'me@host:~$ '");
  const waiting = lineOf(box, "--until-regex", "~\\$ ");
  box.file("go", "");
  expect(await waiting).toBe("me@host:~$ ");
  expect(await lineOf(box, "--until-regex", "[$] ")).toBe("me@host:~$ ");
  expect((await waitUntil(box, "--until-regex", "\\$ $", "--timeout", "0.1")).code).toBe(124);
});

test("a regular expression that is none is wrong use, as are two things to wait for", async () => {
  await using box = new RunBox("sh");
  expect(await waitUntil(box, "--until-regex", "(")).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "--until-regex cannot be '(': it is not a regular expression.\n" +
      "Use the syntax of JavaScript, with the flags m and u.\n",
  });
  for (const args of [
    ["--until", "a", "--idle", "1"],
    ["--until", "a", "--until-regex", "b"],
    ["--until", ""],
    ["--idle", "soon"],
    ["--timeout", "soon"],
  ]) {
    expect((await waitUntil(box, ...args)).code).toBe(2);
  }
  expect((await box.run(["wait"])).code).toBe(2);
});

for (const shell of ["bash", "sh"] as const) {
  test(`only the output of the last run counts in ${shell}`, async () => {
    await using box = new RunBox(shell);
    await box.runIn("work", "echo ready one");
    await box.runIn("work", "echo ready two");
    expect(await lineOf(box, "--until", "ready")).toBe("ready two");
    expect((await waitUntil(box, "--until", "one", "--timeout", "0.1")).code).toBe(124);
    // A run that was typed long ago: the line that makes the shell run it is not its output.
    await box.ok("run", "work", "-d", "--", ...untilFile("go", "echo ready three"));
    expect((await waitUntil(box, "--until", "two", "--timeout", "0.1")).code).toBe(124);
    const later = lineOf(box, "--until", "ready");
    box.file("go", "");
    expect(await later).toBe("ready three");
  });
}

test("the last output of a run that has ended is found", async () => {
  await using box = new RunBox("bash");
  for (let i = 0; i < 10; i++) {
    await box.ok("run", "work", "--wait", "-d", "--", `echo nearly ${i}; echo done ${i}`);
    expect(await waitUntil(box, "--until", `done ${i}`)).toEqual(DONE);
  }
});

test("a run that ends without the text is a failure at once", async () => {
  await using box = new RunBox("bash");
  await box.ok("run", "work", "-d", "--", ...untilFile("go", "echo failed; exit 3"));
  const waiting = waitUntil(box, "--until", "listening");
  box.file("go", "");
  const failed = {
    code: 125,
    stdout: "",
    stderr:
      'The command in session "work" ended without printing that: exit 3.\n' +
      "If the session still exists, 'tsm history work' shows what it printed.\n",
  };
  expect(await waiting).toEqual(failed);
  expect(await waitUntil(box, "--until-regex", "listening")).toEqual(failed);
});

test("the last words of a session are found, however soon it ends after them", async () => {
  await using box = new RunBox("sh");
  for (let i = 0; i < 3; i++) {
    await box.ok("new", "work", ...untilFile(`go${i}`, `echo done ${i}; exit 3`));
    const waiting = new PipedCommand(box, ["wait", "work", "--until", `done ${i}`]);
    await box.settles(waiting);
    box.file(`go${i}`, "");
    expect(await waiting.ended()).toEqual(DONE);
    await until(() => box.sockets().length === 0, "the session to go");
  }
});

test("a session that ends without the text is a failure", async () => {
  await using box = new RunBox("sh");
  const script = "until [ -e go ]; do sleep 0.01; done; echo failed; exit 3";
  await box.ok("new", "work", "sh", "-c", script);
  const waiting = waitUntil(box, "--until", "listening");
  await until(async () => /"work"/.test(await box.ok("ls", "--json")), "the session");
  writeFileSync(join(box.root, "go"), "");
  const { code, stderr } = await waiting;
  expect(code).toBe(125);
  // It may be gone before the question comes.
  expect(stderr).toMatch(/ended without printing that: exit 3|not found|is gone/);
});

test("with --idle it waits for silence, and for no more than that", async () => {
  await using box = new RunBox("sh");
  const script = "until [ -e go ]; do echo tick; sleep 0.02; done; touch gone; exec cat";
  await box.ok("new", "work", "sh", "-c", script);
  expect((await waitUntil(box, "--idle", "1", "--timeout", "1.5")).code).toBe(124);
  const silent = waitUntil(box, "--json", "--idle", "1");
  box.file("go", "");
  const { code, stdout } = await silent;
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    [{ session: "work", exitCode: 0, event: "idle" }],
  ]);
  expect(await Bun.file(join(box.root, "gone")).exists()).toBe(true);
  expect(await waitUntil(box, "--idle", "0")).toEqual(DONE);
});

test("what a run has printed is found when the screen is cleared, or it has scrolled out", async () => {
  await using box = new RunBox("bash");
  await box.run([
    "run",
    "one",
    "-d",
    "--",
    "echo 'listening on 1'; clear; echo watching; sleep 60",
  ]);
  await box.run([
    "run",
    "two",
    "-d",
    "--",
    "printf 'progress 42%%\\rprogress 99%%\\r\\n'; sleep 60",
  ]);
  await box.run(["run", "three", "-d", "--", "echo first; seq 1 12000; sleep 60"]);
  expect((await box.run(["wait", "one", "--until", "listening on"])).code).toBe(0);
  expect((await box.run(["wait", "two", "--until", "progress 42%"])).code).toBe(0);
  expect((await box.run(["wait", "three", "--until", "first"])).code).toBe(0);
});
