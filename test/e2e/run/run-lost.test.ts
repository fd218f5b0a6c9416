import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { Tag } from "../../../src/protocol/tags.ts";
import { FakeDaemon } from "../support/fake-daemon.ts";
import { PipedCommand } from "../support/piped-command.ts";
import { begin, isInstalled, RunBox, untilFile, type RunShellName } from "../support/run-box.ts";
import { inTime, until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const LOST = "Lost session \"work\": its daemon is gone.\nRun 'tsm ls' to see what is left.\n";

test("a session that is killed ends the run in it", async () => {
  await using box = new RunBox("bash");
  const run = new PipedCommand(box, ["run", "work", "--", ...begin()]);
  await run.printed("begun\n");
  await box.ok("kill", "work");
  const { code, stdout, stderr } = await run.ended();
  expect(stdout).toBe("begun\n");
  expect(stderr).toBe(`[work ended: exit ${code}]\n`);
  expect(code).not.toBe(0);
  await until(() => box.processes().length === 0, "its processes to end");
});

test("a daemon that is lost is an error of everybody who waits", async () => {
  await using box = new RunBox("bash");
  const run = new PipedCommand(box, ["run", "work", "--", ...begin()]);
  await run.printed("begun\n");
  const daemon = box.daemonPid("work");
  const waits = [
    new PipedCommand(box, ["wait", "work"]),
    new PipedCommand(box, ["wait", "work", "--until", "never"]),
    new PipedCommand(box, ["wait", "work", "--idle", "100"]),
    new PipedCommand(box, ["run", "work", "--wait", "--", "echo", "no"]),
  ];
  const tail = new PipedCommand(box, ["tail", "-f", "work"]);
  await tail.printed("begun");
  for (const wait of waits) await box.settles(wait);
  process.kill(daemon, "SIGKILL");
  expect(await run.ended()).toEqual({ code: 125, stdout: "begun\n", stderr: LOST });
  for (const wait of waits) {
    const { code, stdout, stderr } = await wait.ended();
    expect([code, stdout]).toEqual([125, ""]);
    expect(stderr).toMatch(/is gone\.|closed the connection\./);
  }
  const { code, stderr } = await tail.ended();
  expect([code, stderr]).toEqual([1, LOST]);
});

test("a client that is killed, or asked to end, leaves the command on for 'tsm wait'", async () => {
  await using box = new RunBox("bash");
  for (const [signal, code] of [
    ["SIGKILL", 137],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    const run = new PipedCommand(box, ["run", "work", "--", ...begin("exit 9")]);
    await run.printed("begun\n");
    run.kill(signal);
    expect(await run.exited()).toBe(code);
    box.file("go", "");
    expect((await box.run(["wait", "work"])).code).toBe(9);
    await box.runIn("work", "rm go");
  }
});

test("a time-out leaves the command on, and 'tsm wait' has its code", async () => {
  await using box = new RunBox("bash");
  await box.runIn("work", "true");
  expect(await box.run(["run", "work", "--timeout", "0.2", "--", ...begin("exit 6")])).toEqual({
    code: 124,
    stdout: "begun\n",
    stderr:
      'Gave up after 0.2 s: the command in session "work" is still running.\n' +
      "Keep waiting with 'tsm wait work', or interrupt it with 'tsm send work --keys C-c'.\n",
  });
  box.file("go", "");
  expect((await box.run(["wait", "work"])).code).toBe(6);
});

test("a timeout with --interrupt interrupts, and reports when that has no effect", async () => {
  await using box = new RunBox("bash");
  await box.runIn("work", "true");
  const run = (...words: string[]) =>
    box.run(["run", "work", "--timeout", "0.2", "--interrupt", "--", ...words]);
  expect(await run("sleep", "100")).toEqual({
    code: 124,
    stdout: "^C\n", // the terminal's echo
    stderr:
      'The command in session "work" was interrupted after 0.2 s.\n' +
      "It ended with exit status 130.\n",
  });
  const deaf = "trap '' INT; until [ -e go ]; do sleep 0.01; done";
  expect(await run("sh", "-c", deaf)).toMatchObject({
    code: 124,
    stderr:
      'Gave up after 0.2 s: the command in session "work" is still running.\n' +
      "It was interrupted, but has not ended.\n",
  });
  box.file("go", "");
  expect((await box.run(["wait", "work"])).code).toBe(0);
});

test("a time-out while the shell is not free runs nothing", async () => {
  await using box = new RunBox("bash");
  await box.ok("run", "work", "-d", "--", ...untilFile("go"));
  expect(await box.run(["run", "work", "-w", "--timeout", "0.2", "--", "touch", "no"])).toEqual({
    code: 124,
    stdout: "",
    stderr:
      'Cannot run in session "work": its shell was not free within 0.2 s.\nNothing was run.\n',
  });
  box.file("go", "");
  expect(await box.run(["run", "work", "-w", "--", "echo", "on"])).toMatchObject({
    stdout: "on\n",
  });
  expect(existsSync(join(box.root, "no"))).toBe(false);
});

test("with -d it returns at once, and 'tsm wait' has the exit status", async () => {
  await using box = new RunBox("bash");
  for (const [end, code] of [
    ["exit 0", 0],
    ["exit 3", 3],
    ["kill -INT $$", 130],
  ] as const) {
    expect(await box.run(["run", "work", "-d", "--", ...untilFile("go", end)])).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
    const waiting = box.run(["wait", "work"]);
    box.file("go", "");
    expect((await waiting).code).toBe(code);
    await box.run(["run", "work", "--wait", "--", "rm go"]);
  }
});

test("JSON reports the end, a timeout, and output that is not text", async () => {
  await using box = new RunBox("bash");
  const run = async (...args: string[]): Promise<unknown> => {
    const { stdout, code } = await box.run(["run", "work", "--json", ...args]);
    expect(stdout).toEndWith("\n");
    return { code, json: JSON.parse(stdout) as unknown };
  };
  const json = (fields: object) => ({
    session: "work",
    exitCode: 0,
    durationMs: expect.any(Number) as number,
    hasStarted: true,
    timedOut: false,
    sessionEnded: false,
    ...fields,
  });
  expect(await run("--", "echo ü; exit_with() { return 5; }; exit_with")).toEqual({
    code: 5,
    json: json({ exitCode: 5, output: "ü\n" }),
  });
  expect(await run("--", "printf '\\377\\000a'")).toEqual({
    code: 0,
    json: json({ outputBase64: Buffer.from("\xff\0a", "latin1").toString("base64") }),
  });
  expect(await run("--timeout", "0.2", "--", ...begin("exit 8"))).toEqual({
    code: 124,
    json: json({ exitCode: null, output: "begun\n", timedOut: true }),
  });
  box.file("go", "");
  expect((await box.run(["wait", "work"])).code).toBe(8);
  expect(await run("-d", "--", "true")).toEqual({
    code: 0,
    json: json({ exitCode: null }),
  });
  await box.run(["wait", "work"]);
  expect(await run("--", "echo bye; exec sh -c 'exit 7'")).toEqual({
    code: 7,
    json: json({ exitCode: 7, output: "bye\n", sessionEnded: true }),
  });
});

test("a reader that stops for long gets all of it, byte for byte", async () => {
  await using box = new RunBox("bash");
  const bytes = crypto.getRandomValues(new Uint8Array(65_536));
  const all = Buffer.concat(Array.from({ length: 320 }, () => bytes)); // 20 MiB
  const path = box.file("binary", all);
  const child = Bun.spawn(box.command("run", "work", "--", `cat ${path}; touch all`), {
    env: box.env(),
    cwd: box.root,
    stdin: "ignore",
    stdout: "pipe",
  });
  // Nobody reads, and the command has come to its end all the same.
  await until(() => existsSync(join(box.root, "all")), "the command to end");
  const output = await inTime(child.stdout.bytes(), () => "the output");
  expect(await child.exited).toBe(0);
  expect(Bun.hash(output)).toBe(Bun.hash(all));
});

test("without a reader it ends, and the command is interrupted", async () => {
  await using box = new RunBox("bash");
  await box.runIn("work", "true");
  const { screen, status } = { screen: "first", status: "status" };
  const command = "echo first; yes";
  const [tsm] = box.command();
  const script = `{ ${tsm} run work -- '${command}'; echo $? > ${status}; } | head -n 1 > ${screen}`;
  const shell = Bun.spawn(["sh", "-c", script], { env: box.env(), cwd: box.root });
  expect(await inTime(shell.exited, () => "the pipeline to end")).toBe(0);
  expect(await Bun.file(join(box.root, screen)).text()).toBe("first\n");
  expect(await Bun.file(join(box.root, status)).text()).toBe("141\n");
  expect(await box.runIn("work", "echo", "on")).toMatchObject({ code: 0, stdout: "on\n" });
});

test("a daemon of another build cannot run nor wait, which is said at once; send works", async () => {
  await using box = new RunBox("bash");
  await using daemon = FakeDaemon.listen(box, "work");
  const asked: (readonly [tag: number, text: string])[] = [];
  daemon.onMessage((_, tag, payload) => asked.push([tag, payload.toString("latin1")]));
  const failed = (what: string, tag: string) => ({
    code: 125,
    stdout: "",
    stderr:
      `Cannot ${what} "work": its daemon is of another build, which does not know how.\n` +
      `It does not know the message ${tag}: end that session and create it again.\n`,
  });
  expect(await box.runIn("work", "true")).toEqual(failed("run in session", "RunCommand"));
  expect(await box.run(["run", "work", "-d", "--", "true"])).toEqual(
    failed("run in session", "RunCommand"),
  );
  expect(await box.run(["wait", "work"])).toEqual(failed("wait for session", "Wait"));
  expect((await box.run(["wait", "work", "--until", "x"])).code).toBe(125);
  expect(await box.run(["wait", "work", "--idle", "60"])).toEqual(
    failed("wait for session", "Watch"),
  );
  asked.length = 0;
  expect(await box.run(["send", "work", "--enter", "ls"])).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
  expect(asked).toEqual([
    [Tag.Input, "ls\r"],
    [Tag.Info, ""],
  ]);
});

/** What shows the shell's own prompt, as scripts for screenshots do. */
const PROMPT_TEXTS: Partial<Record<RunShellName, string>> = {
  bash: 'echo "${PS1@P}"',
  zsh: 'for hook in $precmd_functions; do $hook; done; print -P "$PS1"',
  fish: "fish_prompt; echo",
};

describe.each(Object.entries(PROMPT_TEXTS) as [RunShellName, string][])("in %s", (shell, text) => {
  test.skipIf(!isInstalled(shell))(
    "a command that shows the prompt ends when it ends",
    async () => {
      await using box = new RunBox(shell);
      await box.openPrompt("work");
      const on = "sh -c 'until [ -e go ]; do sleep 0.01; done; echo after; exit 4'";
      const run = box.run(["run", "work", "--", `${text}; ${on}`]);
      await box.shows("work", "[tsm:work]");
      await box.isOn("sleep");
      box.file("go", "");
      const { code, stdout } = await run;
      expect(code).toBe(4);
      expect(stdout).toContain("[tsm:work]");
      expect(stdout).toEndWith("\nafter\n");
      expect(await box.runIn("work", "echo", "on")).toEqual({
        code: 0,
        stdout: "on\n",
        stderr: "",
      });
    },
  );
});
