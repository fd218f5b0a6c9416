import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { chmodSync, chownSync, existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { maxSessionNameLen } from "../../../src/sessions/names.ts";
import { Sandbox, TSM, until, type CommandResult } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const NAME_REMEDY = "Choose a name like 'work' or 'api@feature-x'.\n";
const DETACH = "\x1c";
const isRoot = process.getuid?.() === 0;
const SOMEBODY_ELSE = 54_321;

/** A command that failed: nothing on stdout, exactly this on stderr. */
function failed(stderr: string, code = 1): CommandResult {
  return { code, stdout: "", stderr };
}

describe("a name that no session can have", () => {
  const cases: [what: string, name: string, message: string][] = [
    ["an empty one", "", 'Invalid session name "": it must not be empty.'],
    ["a path", "../x", 'Invalid session name "../x": it must not contain path separators.'],
    ["a parent", "..", "Invalid session name \"..\": it must not be or start with '..'."],
    [
      "one of our own",
      ".bash",
      'Invalid session name ".bash": it is reserved for tsm\'s own files.',
    ],
  ];

  for (const [what, name, message] of cases) {
    test(`${what} is refused by every command that takes a name`, async () => {
      await using box = new Sandbox();
      await box.ok("new", "work");
      const commands = [
        ["new", name],
        ["attach", name],
        ["kill", name],
        ["detach", name],
        ["rename", name, "other"],
        ["rename", "work", name],
      ];
      for (const args of commands) {
        expect([args, await box.run(args)]).toEqual([args, failed(`${message}\n${NAME_REMEDY}`)]);
      }
      expect(box.sockets()).toEqual(["work"]);
    });
  }

  for (const [what, name, shown] of [
    ["a newline", "a\nb", '"a\\nb"'],
    ["an escape", "\x1bcx", '"\\u001bcx"'],
  ] as const) {
    test(`${what} is refused to sessions, and of none that there is`, async () => {
      await using box = new Sandbox();
      await box.ok("new", "work");
      const message = `Invalid session name ${shown}: it must not contain control characters.`;
      for (const args of [
        ["new", name],
        ["attach", name],
        ["rename", "work", name],
      ]) {
        expect([args, await box.run(args)]).toEqual([args, failed(`${message}\n${NAME_REMEDY}`)]);
      }
      for (const [command, ...rest] of [["kill"], ["detach"], ["rename", "other"]] as const) {
        const { code, stderr } = await box.run([command, name, ...rest]);
        expect(code).toBe(1);
        expect(stderr).toStartWith(`Cannot ${command} session ${shown}: session not found.\n`);
      }
      expect(box.sockets()).toEqual(["work"]);
    });
  }

  test("of 200 bytes is refused with the limit, and cut", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const limit = maxSessionNameLen(box.config);
    const shown = `"${"x".repeat(59)}…"`;
    const message = `Invalid session name ${shown}: it is 200 bytes long, and a socket in ${box.config.socketDir} takes at most ${limit}.`;
    for (const args of [["new"], ["attach"], ["rename", "work"]]) {
      const result = await box.run([...args, "x".repeat(200)]);
      expect(result).toEqual(failed(`${message}\n${NAME_REMEDY}`));
    }
    // Where nothing is made, it is just not there.
    expect((await box.run(["kill", "x".repeat(200)])).stderr).toContain("session not found");
  });

  test("is longer than the longest: that one works", async () => {
    await using box = new Sandbox();
    const longest = "日".repeat(100).slice(0, Math.floor(maxSessionNameLen(box.config) / 3));
    await box.ok("new", longest);
    const client = box.open(["a", longest]);
    client.type("echo he''re\r");
    await client.shown("here");
    expect(await box.ok("ls")).toContain(longest);
    expect(await box.ok("mv", longest, "short")).toContain("renamed");
    expect(await box.ok("mv", "short", longest)).toContain("renamed");
    client.type(DETACH);
    expect(await client.exited()).toBe(0);
    expect(await box.ok("kill", longest)).toContain("killed");
  });

  test("leaves room for two bytes in a deep directory: such a session works", async () => {
    await using box = new Sandbox();
    const root = join(box.root, "d");
    const socketDir = `${root}/${"p".repeat(104 - root.length - 1)}`;
    const env = { TSM_DIR: socketDir };
    expect(maxSessionNameLen({ socketDir, logDir: "" })).toBe(2);
    expect((await box.run(["new", "abc"], { env })).stderr).toContain("takes at most 2.");
    expect(await box.run(["new", "ab"], { env })).toMatchObject({ code: 0, stderr: "" });
    expect((await box.run(["ls"], { env })).stdout).toMatch(/^ab /m);
    expect(await box.run(["kill", "ab"], { env })).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("a session that is not there", () => {
  test("is named, with the way to see those that are", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    for (const [command = "", ...args] of [["kill"], ["detach"], ["rename", "other"]]) {
      expect(await box.run([command, "nope", ...args])).toEqual(
        failed(
          `Cannot ${command} session "nope": session not found.\nRun 'tsm ls' to list sessions.\n`,
        ),
      );
    }
  });

  test("costs a kill of several its status, and the others are killed", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    await box.ok("new", "two");
    expect(await box.run(["kill", "one", "nope", "../x", "two"])).toEqual({
      code: 1,
      stdout: 'Session "one" killed\nSession "two" killed\n',
      stderr:
        "Cannot kill session \"nope\": session not found.\nRun 'tsm ls' to list sessions.\n" +
        `Invalid session name "../x": it must not contain path separators.\n${NAME_REMEDY}`,
    });
    expect(box.sockets()).toEqual([]);
  });
});

describe("a plain file in the socket directory", () => {
  test("is no session, and is not touched", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const path = box.socket("file");
    writeFileSync(path, "mine");
    expect(await box.run(["new", "file"])).toEqual(
      failed(
        `Cannot create session "file": ${path} is in the way.\n` +
          "Remove that file, or choose another name.\n",
      ),
    );
    for (const command of ["kill", "detach"]) {
      expect(await box.run([command, "file"])).toEqual(
        failed(
          `Cannot ${command} session "file": ${path} is not a socket.\n` +
            "Run 'tsm doctor', or remove that file.\n",
        ),
      );
    }
    expect(await box.run(["rename", "work", "file"])).toEqual(
      failed(
        'Cannot rename session "work": session "file" already exists.\nChoose another name.\n',
      ),
    );
    const client = box.open(["a", "file"]);
    expect(await client.exited()).toBe(1);
    expect(client.text).toContain('Cannot create session "file": ');
    expect(await box.ok("ls")).not.toContain("file");
    expect(await Bun.file(path).text()).toBe("mine");
  });
});

describe("the socket directory", () => {
  test("that others may write to is refused, with the command that mends it", async () => {
    await using box = new Sandbox();
    const dir = box.config.socketDir;
    await box.ok("new", "work");
    for (const mode of [0o770, 0o707, 0o1777]) {
      chmodSync(dir, mode);
      const message =
        `Others may write to ${dir} (mode ${mode.toString(8)}).\n` +
        `Run 'chmod 700 ${dir}', or set TSM_DIR to a directory of your own.\n`;
      expect(await box.run(["new", "other"])).toEqual(failed(message));
      expect(await box.run(["ls"])).toEqual(failed(message));
      const client = box.open(["a", "work"]);
      expect(await client.exited()).toBe(1);
      expect(client.text).toBe(message.replaceAll("\n", "\r\n"));
    }
    chmodSync(dir, 0o700);
    expect(await box.ok("ls")).toMatch(/^work /m);
  });

  test.if(isRoot)("that belongs to somebody else is refused", async () => {
    await using box = new Sandbox();
    const dir = box.config.socketDir;
    mkdirSync(dir, { mode: 0o700 });
    chownSync(dir, SOMEBODY_ELSE, SOMEBODY_ELSE);
    const message =
      `${dir} belongs to another user (uid ${SOMEBODY_ELSE}).\n` +
      "Have it removed, or set TSM_DIR to a directory of your own.\n";
    expect(await box.run(["new", "work"])).toEqual(failed(message));
    expect(await box.run(["ls"])).toEqual(failed(message));
    await until(() => box.processes().length === 0, "everything to end");
  });

  test("that is a plain file is refused", async () => {
    await using box = new Sandbox();
    const dir = box.config.socketDir;
    writeFileSync(dir, "");
    const message = `${dir} is not a directory.\nRemove it, or set TSM_DIR to a directory of your own.\n`;
    expect(await box.run(["new", "work"])).toEqual(failed(message));
    expect(await box.run(["ls"])).toEqual(failed(message));
  });

  test("that cannot be made is named", async () => {
    await using box = new Sandbox();
    writeFileSync(join(box.root, "file"), "");
    const dir = join(box.root, "file", "s");
    const { code, stdout, stderr } = await box.run(["new", "work"], { env: { TSM_DIR: dir } });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.split("\n")).toEqual([
      expect.stringMatching(/^Cannot use the session directory \S+\/file\/s: .+\.$/),
      "Fix its permissions, or set TSM_DIR to a directory of your own.",
      "",
    ]);
  });

  test.if(isRoot)("that its owner may not write to is named, and no daemon stays", async () => {
    await using box = new Sandbox();
    const dir = box.config.socketDir;
    mkdirSync(dir, { mode: 0o500 });
    chownSync(dir, SOMEBODY_ELSE, SOMEBODY_ELSE);
    chmodSync(box.root, 0o755);
    // Root may write everywhere, so somebody else has to try.
    const child = Bun.spawn([TSM, "new", "work"], {
      cwd: "/",
      env: box.env(),
      uid: SOMEBODY_ELSE,
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(await child.exited).toBe(1);
    const stderr = await child.stderr.text();
    expect(stderr).toMatch(
      /^session "work": daemon exited: cannot make a socket in \S+\/s: EACCES/,
    );
    expect(stderr).not.toMatch(/^\s+at /m);
    await until(() => box.processes().length === 0, "everything to end");
  });

  test("is made private, and so are the sockets in it", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const modes = await Promise.all(
      [box.config.socketDir, box.socket("work")].map((path) => Bun.file(path).stat()),
    );
    expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o600]);
  });
});

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
          "Mend the first line of that script, or install the interpreter.\n",
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

  test("a shell that is not there, and none is made up for it", async () => {
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

describe("a directory that has vanished", () => {
  test("under the caller is an error with its remedy, and nothing is created", async () => {
    await using box = new Sandbox();
    const gone = join(box.root, "gone");
    mkdirSync(gone);
    const script = `rmdir "$PWD"; exec "${TSM}" new work`;
    const child = Bun.spawn(["/bin/sh", "-c", script], {
      cwd: gone,
      env: box.env(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(await child.exited).toBe(1);
    expect(await child.stdout.text()).toBe("");
    expect(await child.stderr.text()).toBe(
      "The current directory is gone.\nChange to a directory that exists and try again.\n",
    );
    expect(box.processes()).toEqual([]);
  });

  test("under a running session does not disturb it", async () => {
    await using box = new Sandbox();
    const gone = join(box.root, "gone");
    mkdirSync(gone);
    expect(await box.run(["new", "work"], { cwd: gone })).toMatchObject({ code: 0 });
    rmdirSync(gone);
    const client = box.open(["a", "work"]);
    client.type("cd /; echo st''ill\r");
    await client.shown("still");
    expect(await box.ok("ls")).toContain("~/gone");
    expect(await box.ok("kill", "work")).toContain("killed");
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

  test("everything is enough to run a command by its path", async () => {
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

  test("make an attach fail in words", async () => {
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

describe("when nothing can be written beside the sockets", () => {
  test("a session starts, is renamed and ends all the same", async () => {
    await using box = new Sandbox();
    writeFileSync(box.config.logDir, "in the way of logs and sidecars");
    await box.ok("new", "work");
    const client = box.open(["a", "work"]);
    client.type("echo he''re\r");
    await client.shown("here");
    await box.ok("rename", "work", "other");
    client.type("echo aga''in\r");
    await client.shown("again");
    await box.ok("kill", "other");
    expect(await client.exited()).toBe(129);
    expect(box.sockets()).toEqual([]);
  });

  for (const shell of ["bash", "zsh", "fish"]) {
    const path = Bun.which(shell);
    test.if(path !== null)(`${shell} starts without its integration`, async () => {
      await using box = new Sandbox();
      mkdirSync(box.config.socketDir, { mode: 0o700 });
      writeFileSync(join(box.config.socketDir, `.${shell}`), "in the way of start-up files");
      writeFileSync(join(box.root, ".zshrc"), ""); // without one zsh asks an ordinary user for a set-up
      const result = await box.run(["new", "work"], { env: { SHELL: path ?? "" } });
      expect(result).toMatchObject({ code: 0, stderr: "" });
      const client = box.open(["a", "work"]);
      client.type("echo he''re\r");
      await client.shown("here\r\n");
    });
  }

  const canMount = isRoot && Bun.spawnSync(["unshare", "-m", "true"]).success;
  test.if(canMount)("because the disk is full, a session works as well", async () => {
    await using box = new Sandbox();
    // A disk of one page in a mount namespace of its own, which goes when its processes do.
    mkdirSync(box.config.logDir);
    const script = [
      `mount -t tmpfs -o size=4k none "${box.config.logDir}"`,
      `cat /dev/zero >"${box.config.logDir}/full" 2>/dev/null`,
      `"${TSM}" new work sh -c 'echo fu''ll; read end'`,
      `"${TSM}" mv work other && "${TSM}" ls`,
    ].join("\n");
    const child = Bun.spawn(["unshare", "-m", "/bin/sh", "-c", script], {
      cwd: box.root,
      env: box.env(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect([await child.exited, await child.stderr.text()]).toEqual([0, ""]);
    expect(await child.stdout.text()).toMatch(/created\n.*renamed.*\n.*\nother /);
    await box.open(["a", "other"]).shown("full");
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
    [["kill"], "No session named, and this is not inside one: tsm kill [name…]"],
    [["detach"], "No session named, and this is not inside one: tsm detach [name…]"],
  ];

  for (const [args, line] of cases) {
    test(`${JSON.stringify(args.join(" "))} exits 2 with one line`, async () => {
      await using box = new Sandbox();
      expect(await box.run(args)).toEqual(failed(`${line}\n`, 2));
      expect(existsSync(box.config.socketDir)).toBe(false);
    });
  }
});
