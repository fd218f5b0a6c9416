import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { PipedCommand } from "../support/piped-command.ts";
import { inTime, Sandbox, TSM, until, type CommandResult } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const FULL =
  "Cannot write standard output: no space is left on the device (ENOSPC).\n" +
  "Free some space, or inodes: 'df' and 'df -i' show them.\n";

/** Runs a command of tsm whose standard output goes where a shell's redirection says. */
async function redirected(
  box: Sandbox,
  args: readonly string[],
  redirection: string,
): Promise<Omit<CommandResult, "stdout">> {
  const child = Bun.spawn(["/bin/sh", "-c", `exec "$@" ${redirection}`, "sh", TSM, ...args], {
    cwd: box.root,
    env: box.env(),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [code, stderr] = await inTime(
    Promise.all([child.exited, child.stderr.text()]),
    () => `tsm ${args.join(" ")}`,
  );
  return { code, stderr };
}

test("a command whose output cannot be written fails with an error", async () => {
  await using box = new Sandbox();
  await box.ok("new", "work");
  await box.ok("run", "work", "--", "seq 1 50");
  const commands = [
    "list",
    "list --json",
    "list --short",
    "list --watch",
    "status",
    "status --json work",
    "history work",
    "screen work",
    "tail work",
    "tail -f work",
    "tail -f --plain work",
    "logs work",
    "logs -f work",
    "debug session work",
    "doctor",
    "doctor --json",
    "help",
    "list --help",
    "version",
    "completions bash",
    "config path",
    "run work -- seq 1 5",
    "run work --json -- seq 1 5",
    "run w* -- seq 1 5",
    "label work a=1 --json",
    "new other cat",
    "rename other another",
    "kill another",
  ];
  for (const command of commands) {
    const result = await redirected(box, command.split(" "), ">/dev/full");
    expect({ command, ...result }).toEqual({ command, code: 1, stderr: FULL });
  }
});

test("a command whose reader goes ends without a word", async () => {
  await using box = new Sandbox();
  await box.ok("new", "work");
  await box.ok("run", "work", "--", "seq 1 9000");
  for (const command of ["history work", "tail -n 9000 work", "list --watch"]) {
    const { stderr } = await redirected(box, command.split(" "), "| true");
    expect({ command, stderr }).toEqual({ command, stderr: "" });
  }
});

describe("a command that follows something ends with its reader, also when nothing is printed", () => {
  for (const args of [
    ["logs", "-f", "work"],
    ["logs", "-f", "--json", "work"],
    ["tail", "-f", "work"],
    ["tail", "-f", "--plain", "work"],
    ["tail", "-f", "--json", "work"],
  ]) {
    test(`tsm ${args.join(" ")}`, async () => {
      await using box = new Sandbox();
      await box.ok("new", "work", "sh", "-c", "echo begun; exec cat");
      await until(async () => (await box.ok("screen", "work")).includes("begun"), "the session");
      const command = new PipedCommand(box, args);
      await command.printed(args[0] === "logs" ? "started" : "begun");
      await command.closeOutput();
      expect(await command.exited()).toBe(0);
    });
  }
});

describe("'tsm run' ends on SIGTERM while its reader reads nothing", () => {
  for (const args of [
    ["run", "work", "--", "seq 1 200000"],
    ["run", "work", "--json", "--", "seq 1 200000"],
    ["run", "wor?", "--", "seq 1 200000"],
  ]) {
    test(`tsm ${args.join(" ")}`, async () => {
      await using box = new Sandbox();
      await box.ok("run", "work", "--", "true");
      // Its output goes into a pipe that stays full.
      const script = '{ "$@"; echo $? >status; } | sleep 1000';
      Bun.spawn(["/bin/sh", "-c", script, "sh", TSM, ...args], {
        cwd: box.root,
        env: box.env(),
        stdio: ["ignore", "ignore", "ignore"],
      });
      await until(
        async () => (await box.ok("screen", "work")).includes("200000"),
        "the command in the session to end",
      );
      const wanted = [TSM, ...args, ""].join("\0");
      for (const pid of box.processes()) {
        if (readFileSync(`/proc/${pid}/cmdline`, "utf8") === wanted) process.kill(pid, "SIGTERM");
      }
      const status = join(box.root, "status");
      await until(() => existsSync(status) && readFileSync(status, "utf8") !== "", "it to end");
      expect(readFileSync(status, "utf8")).toBe("143\n");
    });
  }
});
