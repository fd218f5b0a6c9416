import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { isInstalled, RUN_SHELLS, RunBox, untilFile } from "../support/run-box.ts";

setDefaultTimeout(60_000);

const said = (stdout: string, code = 0) => ({ code, stdout, stderr: "" });
const atPrompt = said('Session "work" is at its prompt\n');

for (const shell of RUN_SHELLS) {
  describe.skipIf(!isInstalled(shell))(`tsm run --reset in ${shell}`, () => {
    test("interrupts a command and ends waits for it, and the shell accepts the next", async () => {
      await using box = new RunBox(shell);
      await box.ok("run", "work", "-d", "--", "sleep 100");
      await box.isOn("sleep");
      const waiting = box.run(["wait", "work"]);
      expect(await box.run(["run", "--reset", "work"])).toEqual(atPrompt);
      expect((await waiting).code).toBe(130);
      expect(await box.runIn("work", "echo", "on")).toEqual(said("on\n"));
    });

    test("cancels half a line, and leaves an empty prompt as it is", async () => {
      await using box = new RunBox(shell);
      await box.openPrompt("work");
      await box.ok("send", "work", "echo ha''lf");
      await box.shows("work", "echo ha''lf");
      expect(await box.run(["run", "--reset", "work"])).toEqual(atPrompt);
      expect(await box.runIn("work", "echo", "on")).toEqual(said("on\n"));
      expect(await box.run(["run", "--reset", "work"])).toEqual(atPrompt);
      expect(await box.runIn("work", "echo", "again")).toEqual(said("again\n"));
    });

    test("ends a paste whose end was never typed", async () => {
      await using box = new RunBox(shell);
      await box.openPrompt("work");
      await box.ok("send", "work", "\x1b[200~half a paste");
      expect(await box.run(["run", "--reset", "work"])).toEqual(atPrompt);
      expect(await box.runIn("work", "echo", "on")).toEqual(said("on\n"));
    });

    test("names a program that heeds no interrupt", async () => {
      await using box = new RunBox(shell);
      const script = box.program(
        "deaf",
        "#!/bin/sh\ntrap '' INT\nuntil [ -e go ]; do sleep 1; done\n",
      );
      await box.ok("run", "work", "-d", "--", script);
      await box.isOn("deaf");
      const { code, stdout, stderr } = await box.run(["run", "--reset", "work"]);
      expect([code, stdout]).toEqual([125, ""]);
      // In fish a program in a sourced file is in the shell's own process group.
      const what = shell === "fish" ? "a command of its own" : '"deaf"';
      expect(stderr).toBe(
        `Cannot reset session "work": its shell runs ${what}, also after Ctrl+C.\n` +
          "See what it does with 'tsm screen work'; end it with 'tsm kill work'.\n",
      );
    });
  });
}

test("a shell without integration gets no line inside an open command", async () => {
  await using box = new RunBox("sh");
  await box.runIn("work", "PS1='> '; PS2='> '");
  await box.typeLine("work", "if true; then echo IN");
  await box.shows("work", "then echo IN\n>");
  const { code, stdout, stderr } = await box.runIn("work", "echo", "no");
  expect([code, stdout]).toEqual([125, ""]);
  expect(stderr).toEndWith("or interrupt it with 'tsm run --reset work'.\n");
  expect(await box.run(["run", "--reset", "work"])).toEqual(atPrompt);
  expect(await box.runIn("work", "echo", "on")).toEqual(said("on\n"));
});

test("a session of another program is refused, and a command with --reset is wrong use", async () => {
  await using box = new RunBox("sh");
  await box.ok("new", "work", "sleep", "100");
  const { code, stderr } = await box.run(["run", "--reset", "work"]);
  expect(code).toBe(125);
  expect(stderr).toStartWith('Cannot reset session "work": it runs "sleep", which is no shell');
  expect((await box.run(["run", "--reset", "work", "--", "true"])).code).toBe(2);
  expect((await box.run(["run", "--reset", "nobody"])).code).toBe(125);
});

test("JSON reports which sessions were reset, also for a pattern", async () => {
  await using box = new RunBox("sh");
  for (const name of ["a1", "a2"]) await box.ok("run", name, "-d", "--", ...untilFile("go"));
  const { code, stdout } = await box.run(["run", "--reset", "--json", "a*"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual([
    { session: "a1", reset: true },
    { session: "a2", reset: true },
  ]);
});
