import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Sandbox, TSM, until } from "../support/sandbox.ts";
import { failed } from "../support/failed-command.ts";

setDefaultTimeout(60_000);

const isRoot = process.getuid?.() === 0;

const SOMEBODY_ELSE = 54_321;

describe("a plain file in the socket directory", () => {
  test("is not a session, and is not touched", async () => {
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
  test("that others may write to is refused, with the command that fixes it", async () => {
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

  test.if(isRoot)("that another user owns is refused", async () => {
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

  test("that cannot be created is named", async () => {
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

describe("when nothing can be written beside the sockets", () => {
  test("a session still starts, is renamed and ends", async () => {
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
