import { expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { chownSync, chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";

import { PATIENCE_MS, Sandbox, TSM, type Variables } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const isRoot = process.getuid?.() === 0;
const UID = process.getuid?.() ?? 0;
const ANOTHER_UID = 65533;

/**
 * Surroundings without TSM_DIR. The user's own /tmp/tsm-UID is a place there, too: names of their own
 * keep these sessions apart from those that the user has in it.
 */
class Surroundings implements AsyncDisposable {
  readonly box = new Sandbox();
  readonly #ending = `-${randomBytes(6).toString("hex")}`;

  name(beginning: string): string {
    return beginning + this.#ending;
  }

  /** Beginnings of the names that are listed. */
  async names(variables: Variables): Promise<string[]> {
    const names = (await this.ok(variables, "ls", "--short")).split("\n");
    const own = names.filter((name) => name.endsWith(this.#ending));
    return own.map((name) => name.slice(0, -this.#ending.length));
  }

  /** A directory of this test, private to the user. */
  dir(name: string, uid: number = UID): string {
    const path = `${this.box.root}/${name}`;
    mkdirSync(path, { mode: 0o700, recursive: true });
    chownSync(path, uid, uid);
    return path;
  }

  env(variables: Variables): Variables {
    // TMPDIR keeps what the test does away from the user's own /tmp/tsm-UID.
    return { TSM_DIR: undefined, TMPDIR: this.dir("tmp"), TSM_BOX: this.box.root, ...variables };
  }

  async run(variables: Variables, ...args: string[]) {
    return await this.box.run(args, { env: this.env(variables) });
  }

  async ok(variables: Variables, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(variables, ...args);
    if (code !== 0) throw new Error(`tsm ${args.join(" ")} exits ${code}: ${stderr}`);
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const variables of [{}, { XDG_RUNTIME_DIR: this.dir("run") }]) {
      await this.run(variables, "kill", `*${this.#ending}`);
    }
    await this.box[Symbol.asyncDispose]();
  }
}

test("a session is found, listed and reached from other surroundings, and not made twice", async () => {
  await using at = new Surroundings();
  const login = { XDG_RUNTIME_DIR: at.dir("run") };
  await at.ok(login, "new", at.name("work"));
  expect(existsSync(`${at.box.root}/run/tsm/${at.name("work")}`)).toBe(true);
  for (const other of [
    {},
    { XDG_RUNTIME_DIR: `${at.box.root}/missing` },
    { TMPDIR: at.dir("t2") },
  ]) {
    expect(await at.names(other)).toEqual(["work"]);
    expect((await at.run(other, "new", at.name("work"))).stderr).toStartWith(
      `session "${at.name("work")}" already exists`,
    );
    expect(await at.ok(other, "run", at.name("work"), "--", "echo here")).toBe("here\n");
  }
  await at.ok({}, "label", at.name("work"), "a=b");
  await at.ok({}, "rename", at.name("work"), at.name("play"));
  expect(await at.names(login)).toEqual(["play"]);
  await at.ok({}, "kill", at.name("play"));
  expect(await at.names(login)).toEqual([]);
});

test("two sessions of one name in two places are reported", async () => {
  await using at = new Surroundings();
  const login = { XDG_RUNTIME_DIR: at.dir("run") };
  await at.ok(login, "new", at.name("a"));
  await at.ok({}, "new", at.name("b"));
  await at.ok({ TSM_DIR: `${at.box.root}/tmp/tsm-${UID}` }, "new", at.name("a"));
  const { stdout, stderr } = await at.run(login, "ls");
  expect(stdout.split(at.name("a"))).toHaveLength(2);
  expect(stderr).toBe(
    `Another session "${at.name("a")}" is in ${at.box.root}/tmp/tsm-${UID}: set TSM_DIR to that directory to reach it.\n`,
  );
});

test("a named directory alone counts", async () => {
  await using at = new Surroundings();
  const login = { XDG_RUNTIME_DIR: at.dir("run") };
  await at.ok(login, "new", at.name("work"));
  const named = { ...login, TSM_DIR: `${at.box.root}/s` };
  expect(await at.names(named)).toEqual([]);
  await at.ok(named, "new", at.name("work"));
  await at.ok(named, "kill", at.name("work"));
  expect(await at.names(login)).toEqual(["work"]);
});

test.skipIf(!isRoot)("a runtime directory of another user is passed over", async () => {
  await using at = new Surroundings();
  const theirs = at.dir("theirs", ANOTHER_UID);
  await at.ok({ XDG_RUNTIME_DIR: theirs }, "new", at.name("work"));
  expect(readdirSync(theirs)).toEqual([]);
  expect(await at.names({})).toEqual(["work"]);
});

test.skipIf(!isRoot)("a place that another user has taken is passed over", async () => {
  await using at = new Surroundings();
  const theirs = at.dir(`tmp/tsm-${UID}`, ANOTHER_UID);
  chmodSync(theirs, 0o777);
  await at.ok({}, "new", at.name("work"));
  expect(readdirSync(theirs)).toEqual([]);
  expect(await at.names({})).toEqual(["work"]);
});

test.skipIf(!isRoot)("root creates nothing in another user's home", async () => {
  await using at = new Surroundings();
  const home = at.dir("home", ANOTHER_UID);
  await at.ok({ HOME: home }, "new", at.name("work"));
  expect(readdirSync(home)).toEqual([]);
});

test("a directory that is a link is used by its real path", async () => {
  await using box = new Sandbox();
  mkdirSync(`${box.root}/real`, { mode: 0o700 });
  symlinkSync("real", `${box.root}/link`);
  const env = { TSM_DIR: `${box.root}/link/s` };
  const ran = await box.run(["new", "work"], { env });
  expect([ran.code, ran.stderr]).toEqual([0, ""]);
  const shown = await box.run(["run", "work", "--", "echo $TSM_DIR"], { env });
  expect(shown.stdout).toBe(`${box.root}/real/s\n`);
  await box.run(["kill", "work"], { env });
});

test.skipIf(!isRoot)("a link of another user is refused", async () => {
  await using box = new Sandbox();
  mkdirSync(`${box.root}/real`, { mode: 0o755 });
  symlinkSync("real", `${box.root}/link`);
  Bun.spawnSync(["chown", "-h", String(ANOTHER_UID), `${box.root}/link`]);
  const { code, stderr } = await box.run(["new", "work"], { env: { TSM_DIR: `${box.root}/link` } });
  expect([code, stderr.split("\n")[0]]).toEqual([
    1,
    `${box.root}/link is a symbolic link of another user.`,
  ]);
  expect(readdirSync(`${box.root}/real`)).toEqual([]);
});

test.skipIf(!isRoot)(
  "a user who is not root finds the sessions of other surroundings, too",
  async () => {
    await using box = new Sandbox();
    chmodSync(box.root, 0o755);
    const home = `${box.root}/home`;
    for (const dir of [home, `${home}/run`, `${home}/tmp`]) {
      mkdirSync(dir, { mode: 0o700 });
      chownSync(dir, ANOTHER_UID, ANOTHER_UID);
    }
    const run = async (variables: Record<string, string>, ...args: string[]) => {
      const child = Bun.spawn(
        [
          "setpriv",
          `--reuid=${ANOTHER_UID}`,
          `--regid=${ANOTHER_UID}`,
          "--clear-groups",
          TSM,
          ...args,
        ],
        {
          cwd: "/",
          env: {
            PATH: "/usr/bin:/bin",
            SHELL: "/bin/sh",
            HOME: home,
            TMPDIR: `${home}/tmp`,
            ...variables,
          },
          stdout: "pipe",
          stderr: "pipe",
          timeout: PATIENCE_MS,
        },
      );
      const [code, stdout, stderr] = await Promise.all([
        child.exited,
        child.stdout.text(),
        child.stderr.text(),
      ]);
      return { code, stdout, stderr };
    };
    const login = { XDG_RUNTIME_DIR: `${home}/run` };
    try {
      expect(await run(login, "new", "work")).toMatchObject({ code: 0, stderr: "" });
      expect((await run({}, "ls", "--short")).stdout).toBe("work\n");
      expect((await run({}, "new", "work")).code).toBe(1);
    } finally {
      await run({}, "kill", "*");
    }
  },
);
