import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { PipedCommand } from "../support/piped-command.ts";
import { RawClient } from "../support/raw-client.ts";
import { begin, isInstalled, RUN_SHELLS, RunBox, untilFile } from "../support/run-box.ts";
import { until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";
const said = (stdout: string, code = 0) => ({ code, stdout, stderr: "" });

for (const shell of RUN_SHELLS) {
  describe.skipIf(!isInstalled(shell))(`what a client sees of a run in ${shell}`, () => {
    test("is the output, and neither a marker nor what the markers carry", async () => {
      await using box = new RunBox(shell);
      await box.openPrompt("work");
      const client = await RawClient.attach(box.socket("work"));
      let seen = Buffer.alloc(0);
      client.onOutput = (bytes) => void (seen = Buffer.concat([seen, bytes]));
      const tail = new PipedCommand(box, ["tail", "-f", "work"]);
      await tail.printed(shell === "sh" ? "$" : "[tsm:work]");
      for (let i = 0; i < 5; i++) {
        expect(await box.runIn("work", `echo number${i}; sh -c 'exit ${i}'`)).toEqual(
          said(`number${i}\n`, i),
        );
      }
      await box.run(["run", "work", "--timeout", "0.2", "--interrupt", "--", "sleep", "100"]);
      expect(await box.run(["run", "work"], { stdin: Buffer.from("echo scr''ipt\n") })).toEqual(
        said("script\n"),
      );
      await client.shown("script\r\n");
      await tail.printed("script\r\n");
      await box.ok("kill", "work");
      client.close();
      const { stdout } = await tail.ended();
      for (const text of [seen.toString("latin1"), stdout]) {
        for (let i = 0; i < 5; i++) expect(text).toContain(`number${i}\r\n`);
        expect(text).not.toContain("TSM_RUN");
        expect(text).not.toContain("]633;");
      }
    });

    test("is nothing of a marker in the history, in any of its forms", async () => {
      await using box = new RunBox(shell);
      for (const text of ["echo one", "false", "printf two", "printf '\\033[31mthree\\n'"]) {
        await box.runIn("work", text);
      }
      for (const form of ["--plain", "--vt", "--html", "--json"]) {
        const history = await box.ok("history", form, "work");
        expect(history).toContain("three");
        expect(history).not.toContain("TSM_RUN");
        expect(history).not.toContain("633;");
      }
    });

    test("a run does not end by marks that its output forges", async () => {
      await using box = new RunBox(shell);
      await box.runIn("work", "true");
      const marks = [
        "\\033]133;D;9\\007",
        "\\033]133;A\\007$ \\033]133;B\\007",
        "\\033]133;C\\007",
        "\\033]633;TSM_RUN=0123456789abcdef;e;9\\007",
        "\\033]633;TSM_RUN=;e;9\\007",
        "\\033]633;TSM_RUN=0123456789abcdef;s\\007",
      ];
      const script = marks.map((mark) => `printf '${mark}'; sleep 0.12`).join("; ");
      const { code, stdout } = await box.runIn("work", "sh", "-c", `${script}; echo end; exit 3`);
      expect(code).toBe(3);
      expect(stdout).toEndWith("end\n");
      expect(stdout.replace("end\n", "")).toBe(
        marks.join("").replaceAll("\\033", "\x1b").replaceAll("\\007", "\x07"),
      );
    });

    test("the shell runs commands, whatever marks were printed", async () => {
      await using box = new RunBox(shell);
      await box.runIn("work", "true");
      for (const mark of ["133;A", "133;B", "133;C", "133;D", "133;D;9", "133;B"]) {
        const text = `printf '\\033]${mark}\\007'`;
        expect(await box.runIn("work", text)).toEqual(said(`\x1b]${mark}\x07`));
      }
      expect(await box.runIn("work", "echo", "on")).toEqual(said("on\n"));
    });
  });
}

test("renaming the session loses nothing of a run", async () => {
  await using box = new RunBox("bash");
  await box.runIn("work", "true");
  const run = new PipedCommand(box, ["run", "work", "--", ...begin("seq 100; exit 4")]);
  await run.printed("begun\n");
  await box.ok("rename", "work", "other");
  expect(await box.runIn("other", "echo", "no")).toMatchObject({ code: 125 });
  box.file("go", "");
  const numbers = Array.from({ length: 100 }, (_, i) => `${i + 1}\n`).join("");
  expect(await run.ended()).toEqual(said(`begun\n${numbers}`, 4));
  expect(await box.runIn("other", "echo", "on")).toEqual(said("on\n"));
});

test("a session can be waited for under its new name", async () => {
  await using box = new RunBox("bash");
  await box.ok("run", "work", "-d", "--", ...untilFile("go", "exit 4"));
  await box.ok("rename", "work", "other");
  const waiting = box.run(["wait", "other"]);
  box.file("go", "");
  expect(await waiting).toEqual(said("", 4));
});

test("clients that come, change their size and go change nothing in a run's output", async () => {
  await using box = new RunBox("bash");
  await box.runIn("work", "true");
  const lines = 200_000;
  const run = new PipedCommand(box, ["run", "work", "--", ...begin(`seq ${lines}; exit 4`)]);
  await run.printed("begun\n");
  const first = box.open(["attach", "work"]);
  await first.shown("begun");
  box.file("go", "");
  for (let round = 0; round < 3; round++) {
    const screen = box.open(["attach", "work"], { rows: 10 + round, cols: 30 });
    await screen.until(() => screen.output.byteLength > 0, "output");
    screen.terminal.resize(100, 40);
    first.terminal.resize(60 + round, 20);
    screen.type(DETACH);
    expect(await screen.exited()).toBe(0);
  }
  const { code, stdout } = await run.ended();
  expect(code).toBe(4);
  const expected = Array.from({ length: lines }, (_, i) => `${i + 1}\n`).join("");
  expect(stdout === `begun\n${expected}`).toBe(true);
  expect(first.text).not.toContain("TSM_RUN");
});

test("what a client types during a run goes to the command", async () => {
  await using box = new RunBox("bash");
  const run = new PipedCommand(box, ["run", "work", "--", "echo begun; read x; echo got $x"]);
  await run.printed("begun\n");
  const screen = box.open(["attach", "work"]);
  await screen.shown("begun");
  screen.type("it\r");
  const { code, stdout } = await run.ended();
  expect([code, stdout]).toEqual([0, "begun\nit\ngot it\n"]);
  await until(() => screen.text.includes("got it"), "the output");
});
