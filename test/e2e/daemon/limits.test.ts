import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";

import {
  inTime,
  Sandbox,
  TSM,
  until,
  type CommandResult,
  type Variables,
} from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const isRoot = process.getuid?.() === 0;

/** Runs a command of tsm behind something that a shell does first. */
async function runAfter(
  box: Sandbox,
  first: string,
  args: readonly string[],
  env: Variables = {},
): Promise<CommandResult> {
  const child = Bun.spawn(["/bin/bash", "-c", `${first}; exec "$@"`, "bash", TSM, ...args], {
    cwd: box.root,
    env: box.env(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [code, stdout, stderr] = await inTime(
    Promise.all([child.exited, child.stdout.text(), child.stderr.text()]),
    () => `tsm ${args.join(" ")}`,
  );
  return { code, stdout, stderr };
}

describe("where there is too little of something", () => {
  test("without memory a command ends with a line instead of a report of a crash", async () => {
    await using box = new Sandbox();
    const result = await runAfter(box, "ulimit -v 300000", ["list"]);
    expect(result).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "tsm: this process got no more memory or threads, or the runtime has a defect.\n" +
        "Check the limits (ulimit -a), and try again.\n",
    });
  });

  test.skipIf(isRoot)("without room for processes a command fails with an error", async () => {
    await using box = new Sandbox();
    const { code, stderr } = await runAfter(box, "ulimit -u 1", ["new", "work", "cat"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tsm: (no more processes|this process got no more)/);
    expect(stderr).not.toContain("bug in tsm");
  });

  test("without descriptors a command fails with an error", async () => {
    await using box = new Sandbox();
    const { code, stderr } = await runAfter(box, "ulimit -n 8", ["new", "work", "cat"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/too many .*files/);
    expect(stderr).not.toContain("bug in tsm");
  });

  test("a daemon has no threads that could be missing to it later", async () => {
    await using box = new Sandbox();
    await box.ok("run", "work", "--", "seq 1 300000");
    for (let i = 0; i < 5; i++) await box.ok("history", "work");
    const tasks = `/proc/${box.daemonPid("work")}/task`;
    const names = readdirSync(tasks).map((task) =>
      readFileSync(`${tasks}/${task}/comm`, "utf8").trim(),
    );
    for (const name of ["JITWorker", "HeapHelper", "ollector Thread"]) {
      expect(names).not.toContain(name);
    }
  });

  test("a mask that forbids everything holds for the session's programs alone", async () => {
    await using box = new Sandbox();
    const env = { SHELL: "/bin/bash" };
    expect((await runAfter(box, "umask 777", ["new", "work"], env)).code).toBe(0);
    expect((await runAfter(box, "umask 777", ["run", "work", "--", "umask"], env)).stdout).toBe(
      "0777\n",
    );
  });
});

describe("nothing is unpacked for a session", () => {
  for (const [what, tmp] of [
    ["that is not there", "missing"],
    ["that cannot be written to", "read-only"],
  ] as const) {
    test(`with a directory for temporary files ${what}`, async () => {
      await using box = new Sandbox();
      mkdirSync(join(box.root, "read-only"), { mode: 0o500 });
      const env = { TMPDIR: join(box.root, tmp), BUN_TMPDIR: join(box.root, tmp) };
      expect((await box.run(["new", "work", "cat"], { env })).code).toBe(0);
      if ((await box.ok("logs", "work")).includes(", bun-pty")) {
        const maps = readFileSync(`/proc/${box.daemonPid("work")}/maps`, "utf8");
        expect(maps).toContain("/memfd:bun-pty");
        expect(maps.replaceAll(TSM, "")).not.toMatch(/\.bun-|\/tmp\//);
      }
      expect(readdirSync(join(box.root, "read-only"))).toEqual([]);
      expect(existsSync(join(box.root, "missing"))).toBe(false);
      chmodSync(join(box.root, "read-only"), 0o700);
    });
  }
});

describe("doctor", () => {
  test("does not report success where nothing can be written", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const { code, stdout } = await runAfter(box, "trap '' XFSZ; ulimit -f 0", ["doctor"]);
    expect(code).toBe(1);
    const fact = "the file would get too large (EFBIG)";
    expect(stdout).toContain(
      `FAIL  socket directory: cannot write to ${box.config.socketDir}: ${fact}\n`,
    );
    expect(stdout).toContain(`FAIL  log directory: cannot write to`);
    expect(stdout).not.toContain("Everything works");
    const names = readdirSync(box.config.socketDir);
    expect(names.filter((name) => name.startsWith("..doctor"))).toEqual([]);
  });

  test.skipIf(isRoot)("names a directory that is closed for writing", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    chmodSync(box.config.socketDir, 0o500);
    const { code, stdout } = await box.run(["doctor"]);
    expect(code).toBe(1);
    expect(stdout).toContain("permission is denied (EACCES)");
    chmodSync(box.config.socketDir, 0o700);
  });

  test("checks the place of directories that do not exist yet", async () => {
    await using box = new Sandbox();
    expect((await box.run(["doctor"])).code).toBe(0);
    const { code, stdout } = await runAfter(box, "trap '' XFSZ; ulimit -f 0", ["doctor"]);
    expect(code).toBe(1);
    expect(stdout).toContain("cannot write to");
    expect(existsSync(box.config.socketDir)).toBe(false);
  });

  for (const [how, options, errno] of [
    ["a full disk", "size=64k", "ENOSPC"],
    ["a disk without inodes", "size=1m,nr_inodes=3", "ENOSPC"],
    ["a disk that is read-only", "ro", "EROFS"],
  ] as const) {
    test.skipIf(!canMount())(`${how} is named by doctor and rename; nothing is left`, async () => {
      await using box = new Sandbox();
      using disk = new Disk(join(box.root, "s"));
      await box.ok("new", "work");
      disk.remount(options);
      disk.fill();
      const { code, stdout } = await box.run(["doctor"]);
      expect(code).toBe(1);
      expect(stdout).toMatch(
        new RegExp(`FAIL  socket directory: cannot write to .*\\(${errno}\\)`),
      );
      if (errno === "EROFS") {
        const renamed = await box.run(["rename", "work", "other"]);
        expect(renamed.code).toBe(1);
        expect(renamed.stderr).toContain("the file system is read-only (EROFS)");
        expect(renamed.stderr).not.toContain("Choose another name");
        disk.remount("rw");
        expect(await box.ok("list", "--short")).toBe("work\n");
      }
      await box.ok("kill", "work");
      await box.run(["new", "second"], { env: { SHELL: "/bin/bash" } });
      await box.run(["run", "second", "--", "true"]);
      await box.run(["kill", "second"]);
      await until(() => box.processes().length === 0, "the sessions to end");
      const left = readdirSync(box.config.socketDir, { recursive: true }).map(String);
      expect(left.filter((path) => path.includes("second") || path.startsWith(".."))).toEqual([]);
    });
  }
});

/** A disk of its own for a directory. */
class Disk implements Disposable {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(path, { mode: 0o700 });
    run("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", path);
  }

  remount(options: string): void {
    run("mount", "-o", `remount,${options}`, this.#path);
  }

  fill(): void {
    Bun.spawnSync(["dd", "if=/dev/zero", `of=${this.#path}/fill`, "bs=4k"], { stderr: "ignore" });
  }

  [Symbol.dispose](): void {
    run("umount", "-l", this.#path);
  }
}

function run(...argv: string[]): void {
  const { success, stderr } = Bun.spawnSync(argv);
  if (!success) throw new Error(`${argv.join(" ")}: ${stderr.toString()}`);
}

function canMount(): boolean {
  if (!isRoot) return false;
  const path = "/tmp/tsm-mount-test";
  mkdirSync(path, { recursive: true });
  const isMounted = Bun.spawnSync(["mount", "-t", "tmpfs", "tmpfs", path]).success;
  if (isMounted) run("umount", path);
  rmSync(path, { recursive: true, force: true });
  return isMounted;
}

test("clean-stale knows all that a daemon leaves that was killed", async () => {
  await using box = new Sandbox();
  symlinkSync("/nowhere", join(box.root, "agent"));
  const env = { SHELL: "/bin/bash", SSH_AUTH_SOCK: join(box.root, "agent") };
  await box.run(["new", "live"], { env });
  await box.run(["run", "dead", "-d", "--", "sleep 60"], { env });
  const screen = box.open(["attach", "dead"], { env });
  await screen.shown("dead");
  const links = (): string[] => readdirSync(join(box.config.logDir, "agent-sock"));
  await until(() => links().length === 2, "both links");
  const daemon = box.daemonPid("dead");
  const family = box.processes().filter((pid) => sessionOf(pid).includes("TSM_SESSION=dead"));
  const isGone = box.killDaemon("dead");
  for (const pid of family) if (pid !== daemon) process.kill(pid, "SIGKILL");
  await isGone;
  await screen.exited();
  await box.ok("list"); // which takes the socket away, and what is called after it
  await box.ok("doctor", "clean-stale");
  expect((await box.run(["doctor"], { env })).code).toBe(0);
  const left = [...names(box.config.socketDir), ...names(box.config.logDir)];
  expect(left.filter((path) => path.includes("dead")).sort()).toEqual(["dead.log"]);
  expect(left.filter((path) => /^\.\.|\.new$/.test(path))).toEqual(["..live.lock-d"]);
  expect(links()).toHaveLength(1);
  expect(await box.ok("list", "--short")).toBe("live\n");
  await box.ok("run", "live", "--", 'test -n "$SSH_AUTH_SOCK"');
});

function names(directory: string): string[] {
  return readdirSync(directory, { recursive: true }).map(String);
}

function sessionOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
}
