import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Sandbox, TSM, until } from "../support/sandbox.ts";
import { failed } from "../support/failed-command.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";

describe("a command that cannot be started is an error of its creator:", () => {
  const missing = (command: string): string =>
    `Cannot run "${command}": command not found.\nCheck its spelling and your PATH.\n`;

  for (const command of ["no-such-command", "./no-such-file", "/", "", "./plain-file"]) {
    test(`${JSON.stringify(command)} is not found`, async () => {
      await using box = new Sandbox();
      writeFileSync(join(box.root, "plain-file"), "echo no\n", { mode: 0o644 });
      expect(await box.run(["new", "work", command])).toEqual(failed(missing(command)));
      expect(box.sockets()).toEqual([]);
      await until(() => box.processes().length === 0, "everything to end");
    });
  }

  test("a script whose interpreter is missing", async () => {
    await using box = new Sandbox();
    writeFileSync(join(box.root, "script"), "#! /no/such/program -x\n", { mode: 0o755 });
    expect(await box.run(["new", "work", "./script", "-a"])).toEqual(
      failed(
        'Cannot run "./script": its interpreter "/no/such/program" is not there.\n' +
          "Fix the first line of that script, or install the interpreter.\n",
      ),
    );
    expect(box.sockets()).toEqual([]);
  });

  test("a script with the line ends of another system", async () => {
    await using box = new Sandbox();
    writeFileSync(join(box.root, "script"), "#!/bin/sh\r\necho hi\r\n", { mode: 0o755 });
    expect((await box.run(["new", "work", "./script"])).stderr).toStartWith(
      'Cannot run "./script": its interpreter "/bin/sh\\r" is not there.\n',
    );
  });

  test("a missing shell, which is not replaced by another", async () => {
    await using box = new Sandbox();
    const result = await box.run(["new", "work"], { env: { SHELL: "/no/such/shell" } });
    expect(result).toEqual(failed(missing("/no/such/shell")));
  });

  test("but a script with an interpreter, and an argument for it, is started", async () => {
    await using box = new Sandbox();
    const script = "#!/usr/bin/env -S sh -e\necho started; read end\n";
    writeFileSync(join(box.root, "script"), script, { mode: 0o755 });
    await box.ok("new", "work", "./script");
    await box.open(["a", "work"]).shown("started");
  });
});

describe("an environment that lacks", () => {
  for (const variable of ["HOME", "TERM", "SHELL", "LANG"]) {
    test(`${variable} is enough to create, attach, list and kill`, async () => {
      await using box = new Sandbox();
      const env = { [variable]: undefined };
      expect(await box.run(["new", "work"], { env })).toEqual({
        code: 0,
        stdout: 'Session "work" created\n',
        stderr: "",
      });
      const client = box.open(["a", "work"], { env });
      client.type("echo he''re\r");
      await client.shown("here");
      client.type(DETACH);
      expect(await client.exited()).toBe(0);
      expect(await box.run(["ls"], { env })).toMatchObject({ code: 0, stderr: "" });
      expect(await box.run(["kill", "work"], { env })).toMatchObject({ code: 0, stderr: "" });
    });
  }

  test("everything can still run a command by its path", async () => {
    await using box = new Sandbox();
    const keep = new Set(["TSM_DIR"]);
    const env = Object.fromEntries(
      Object.keys(box.env()).map((name) => [name, keep.has(name) ? box.env()[name] : undefined]),
    );
    const result = await box.run(["new", "work", "/bin/sh", "-c", "read end"], { env });
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(await box.ok("ls")).toMatch(/^work /m);
  });
});

describe("closed standard streams", () => {
  test("do not keep a session from being created and listed", async () => {
    await using box = new Sandbox();
    for (const [name, closing] of [
      ["in", "<&-"],
      ["out", ">&-"],
      ["err", "2>&-"],
      ["all", "<&- >&- 2>&-"],
    ]) {
      const child = Bun.spawn(["/bin/sh", "-c", `exec "${TSM}" new ${name} ${closing}`], {
        env: box.env(),
        cwd: box.root,
        stdio: ["ignore", "ignore", "ignore"],
      });
      expect([name, await child.exited]).toEqual([name, 0]);
    }
    expect(box.sockets().sort()).toEqual(["all", "err", "in", "out"]);
    const client = box.open(["a", "all"]);
    client.type("echo he''re\r");
    await client.shown("here");
  });

  test("make an attach fail with an error", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const child = Bun.spawn(["/bin/sh", "-c", `exec "${TSM}" attach work <&-`], {
      env: box.env(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(await child.exited).toBe(1);
    expect(await child.stderr.text()).toBe(
      "Cannot attach: standard input is not a terminal.\nRun this in a terminal, without pipes or with </dev/tty.\n",
    );
  });

  test("or a full device as output hang no command", async () => {
    await using box = new Sandbox();
    const child = Bun.spawn(["/bin/sh", "-c", `exec "${TSM}" help >/dev/full`], {
      env: box.env(),
      stdio: ["ignore", "ignore", "pipe"],
    });
    await child.exited;
    expect(await child.stderr.text()).not.toMatch(/^\s+at /m);
  });
});

describe("wrong use", () => {
  const cases: [args: string[], line: string][] = [
    [["lst"], "Unknown command 'lst'. Did you mean 'list'?"],
    [["atach", "x"], "Unknown command 'atach'. Did you mean 'attach'?"],
    [["frobnicate"], "Unknown command 'frobnicate'. Run 'tsm help'."],
    [[""], "Unknown command ''. Run 'tsm help'."],
    [["\x1b[2J"], "Unknown command '\\u001b[2J'. Run 'tsm help'."],
    [["--versoin"], "Unknown command '--versoin'. Did you mean '--version'?"],
    [["help", "kil"], "Unknown command 'kil'. Did you mean 'kill'?"],
    [["new"], "Too few arguments: tsm new <name> [--hold] [--json] [command…]"],
    [["new", "--quiet"], "Unknown option '--quiet': tsm new <name> [--hold] [--json] [command…]"],
    [["rename", "one"], "Too few arguments: tsm rename [--json] <old> <new>"],
    [["rename", "a", "b", "c"], "Unexpected argument 'c': tsm rename [--json] <old> <new>"],
    [["attach", "a", "b"], "Unexpected argument 'b': tsm attach [--read-only] [--take] [name]"],
    [["kill"], "No session given, and you are not inside one: tsm kill [name…]"],
    [["detach"], "No session given, and you are not inside one: tsm detach [name…]"],
  ];

  for (const [args, line] of cases) {
    test(`${JSON.stringify(args.join(" "))} exits 2 with one line`, async () => {
      await using box = new Sandbox();
      expect(await box.run(args)).toEqual(failed(`${line}\n`, 2));
      expect(existsSync(box.config.socketDir)).toBe(false);
    });
  }
});
