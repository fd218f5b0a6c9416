import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { inTime, Sandbox, TSM, until, type Variables } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

/** What a program inherits, one fact a line; written in one step. */
const REPORT = [
  "{ grep -E 'Sig(Ign|Blk)' /proc/self/status",
  "ulimit -Sa; ulimit -Ha; umask; cut -d' ' -f19 /proc/$$/stat",
  "for fd in /proc/$$/fd/*; do echo ${fd##*/}; done",
  "cat /proc/self/oom_score_adj; env | LC_ALL=C sort | grep -v '^_='; } >$OUT.new; mv $OUT.new $OUT",
].join("; ");

/** Runs a script in a shell, as a user would; what it inherits is what was set before. */
async function runInShell(box: Sandbox, script: string, env: Variables): Promise<void> {
  const child = Bun.spawn(["/bin/sh", "-c", script], {
    cwd: box.root,
    env: box.env(env),
    stdio: ["ignore", "ignore", "inherit"],
  });
  expect(await inTime(child.exited, () => script)).toBe(0);
}

async function reportIn(path: string): Promise<string[]> {
  await until(() => existsSync(path), `${path} to be written`);
  return readFileSync(path, "utf8").trimEnd().split("\n");
}

for (const driver of ["bun-pty", "bun"] as const) {
  describe(`a session's programs, with ${driver}`, () => {
    test("inherit signals, limits, umask, priority and variables as from a plain shell", async () => {
      await using box = new Sandbox();
      const [plain, inside] = [join(box.root, "plain"), join(box.root, "inside")];
      const env = { TSM_PTY: driver, SHELL: "/no/such/shell", ODD: 'a\'b "c"\n=d', EMPTY: "" };
      const limits = "umask 027; ulimit -Sn 300; ulimit -Sc 0; ulimit -St 3600";
      await runInShell(box, `${limits}; OUT=${plain} exec nice -n 3 sh -c "$REPORT" </dev/null`, {
        ...env,
        REPORT,
        TSM_SESSION: "work",
      });
      // Whoever starts a session from a program that ignores signals does not mean the session.
      const ignored = "trap '' HUP INT QUIT USR1 USR2 ALRM TERM PIPE TSTP TTOU XFSZ XCPU";
      const start = `OUT=${inside} exec nice -n 3 ${TSM} new work sh -c "$REPORT; exec cat"`;
      await runInShell(box, `${limits}; ${ignored}; ${start}`, { ...env, REPORT });
      const expected = (await reportIn(plain)).map((line) => line.replace(plain, inside));
      expect(await reportIn(inside)).toEqual(expected);
      expect(expected).toContain("SHELL=/no/such/shell");
      expect(expected.join("\n")).toMatch(/^nofiles +300$|^open files .* 300$/m);
    });

    test("have no SHELL when whoever creates the session has none", async () => {
      await using box = new Sandbox();
      const env = { TSM_PTY: driver, SHELL: undefined };
      const script = 'printf %s "${SHELL-none}" >$OUT.new; mv $OUT.new $OUT; exec cat';
      // A program whose name looks like a variable to env(1) is one all the same.
      const odd = join(box.root, "a=b");
      await runInShell(box, `printf '#!/bin/sh\\n%s\\n' "$SCRIPT" >a=b; chmod +x a=b`, {
        SCRIPT: script,
      });
      for (const [name, command] of [
        ["one", ["sh", "-c", script]],
        ["two", [odd]],
      ] as const) {
        const out = join(box.root, name);
        const created = await box.run(["new", name, ...command], { env: { ...env, OUT: out } });
        expect(created.code).toBe(0);
        expect(await reportIn(out)).toEqual(["none"]);
      }
    });

    test("die of a limit on file sizes as programs do", async () => {
      await using box = new Sandbox();
      const script = "ulimit -f 1; read go; exec dd if=/dev/zero of=big bs=4096 count=4";
      const env = { TSM_PTY: driver };
      await box.run(["new", "work", "--hold", "--", "sh", "-c", script], { env });
      await box.run(["send", "work", "--enter", "go"]); // it may have ended before this has
      const SIGXFSZ = 25;
      expect((await box.run(["wait", "work"], { env })).code).toBe(128 + SIGXFSZ);
    });
  });
}

test("a session's shell is the caller's, and so is SHELL in it", async () => {
  await using box = new Sandbox();
  const env = { SHELL: "/usr/bin/env" };
  await box.run(["new", "work", "sh", "-c", "echo is $SHELL; exec cat"], { env });
  await until(async () => (await box.ok("screen", "work")).includes("is /usr/bin/env"), "SHELL");
});

test("a daemon may open more files than its session's programs", async () => {
  await using box = new Sandbox();
  await runInShell(box, `ulimit -Sn 20; exec ${TSM} new work cat`, {});
  const limits = readFileSync(`/proc/${box.daemonPid("work")}/limits`, "utf8");
  expect(Number(/Max open files\s+(\d+)/.exec(limits)?.[1])).toBeGreaterThan(20);
});
