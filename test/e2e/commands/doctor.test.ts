import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Check } from "../../../src/cli/doctor/doctor-check.ts";
import { checkOpenFiles } from "../../../src/cli/doctor/doctor-system.ts";
import { Sandbox, until, type Variables } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

interface Report {
  code: number;
  checks: Check[];
}

async function doctor(box: Sandbox, env: Variables = {}): Promise<Report> {
  const { code, stdout } = await box.run(["doctor", "--json"], { env });
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  expect(ok).toBe(code === 0);
  return { code, checks };
}

function find({ checks }: Report, name: string): Check | undefined {
  return checks.find((check) => check.name === name);
}

/** Kills a daemon so that it can tidy up nothing. */
describe("doctor", () => {
  test("finds nothing wrong where there are no sessions yet, and makes nothing", async () => {
    await using box = new Sandbox();
    const report = await doctor(box);
    expect(report.code).toBe(0);
    expect(report.checks.map(({ name }) => name)).toEqual([
      "version",
      "executable",
      "configuration",
      "pty driver",
      "terminal backend",
      "shell",
      "terminal",
      "socket directory",
      "log directory",
      "socket path",
      "open files",
      "logout",
      "sessions",
      "leftovers",
    ]);
    expect(find(report, "socket directory")?.fact).toBe(`${box.config.socketDir}: not created yet`);
  });

  test("distinguishes live, unreachable and stale sessions; clean-stale removes the stale ones", async () => {
    await using box = new Sandbox();
    for (const name of ["dead", "live", "stopped"]) await box.ok("new", name);
    const stopped = box.daemonPid("stopped");
    process.kill(stopped, "SIGSTOP");
    await box.killDaemon("dead");
    const report = await doctor(box);
    expect(report.code).toBe(1);
    expect(find(report, 'session "dead"')).toEqual({
      name: 'session "dead"',
      status: "problem",
      fact: "stale: its daemon is gone",
      remedy: "Run 'tsm doctor clean-stale'.",
    });
    expect(find(report, 'session "live"')?.status).toBe("ok");
    expect(find(report, 'session "stopped"')?.fact).toBe("unreachable: it does not answer");
    expect(box.sockets().sort()).toEqual(["dead", "live", "stopped"]);

    expect(await box.ok("doctor", "clean-stale")).toBe('Removed dead session "dead"\n');
    expect(box.sockets().sort()).toEqual(["live", "stopped"]);
    process.kill(stopped, "SIGCONT");
    expect((await doctor(box)).code).toBe(0);
    expect(await box.ok("doctor", "clean-stale")).toBe("Nothing to remove.\n");
  });

  test("finds sidecars whose session is gone; clean-stale removes them", async () => {
    await using box = new Sandbox();
    await box.ok("new", "live");
    const file = join(box.config.logDir, "git-meta/gone.json");
    mkdirSync(join(box.config.logDir, "git-meta"), { recursive: true });
    writeFileSync(file, "{}");
    const report = await doctor(box);
    expect(report.code).toBe(1);
    expect(find(report, "leftovers")?.fact).toBe(`1 left by dead sessions: ${file}`);
    const removed: unknown = JSON.parse(await box.ok("doctor", "clean-stale", "--json"));
    expect(removed).toEqual({ removed: { sessions: [], artifacts: [file] } });
    expect((await doctor(box)).code).toBe(0);
  });

  test("finds what a killed daemon has left of a command that ran; clean-stale removes it", async () => {
    await using box = new Sandbox();
    await box.ok("new", "live");
    await box.ok("run", "dead", "-d", "--", "sleep 60");
    await box.killDaemon("dead");
    const left = readdirSync(box.config.socketDir).filter((name) => name.startsWith("..run-"));
    expect(left).toHaveLength(2);
    const { fact = "" } = find(await doctor(box), "leftovers") ?? {};
    for (const file of left) expect(fact).toContain(file);
    await box.ok("doctor", "clean-stale");
    expect((await doctor(box)).code).toBe(0);
    const names = readdirSync(box.config.socketDir);
    expect(names.filter((name) => left.includes(name))).toEqual([]);
  });

  test("names a directory that others may write to, and connects to nothing in it", async () => {
    await using box = new Sandbox();
    await box.ok("new", "live");
    chmodSync(box.config.socketDir, 0o777);
    const report = await doctor(box);
    expect(report.code).toBe(1);
    expect(find(report, "socket directory")).toMatchObject({
      status: "problem",
      fact: `Others may write to ${box.config.socketDir} (mode 777).`,
      remedy: expect.stringContaining("chmod 700"),
    });
    expect(find(report, 'session "live"')).toBeUndefined();
  });

  test("names mistakes in the configuration and a shell that is not there", async () => {
    await using box = new Sandbox();
    const file = join(box.root, "c.toml");
    writeFileSync(file, "nonsense = 1\n");
    const report = await doctor(box, { TSM_CONFIG_FILE: file, SHELL: "/no/shell" });
    expect(report.code).toBe(1);
    expect(find(report, "configuration")?.fact).toContain("nonsense");
    expect(find(report, "shell")?.fact).toBe("/no/shell cannot be run");
    expect((await doctor(box, { TSM_TUI_MODE: "huge" })).code).toBe(1);
  });

  test("reports sessions of an older build, which is not a failure", async () => {
    await using box = new Sandbox();
    await box.ok("new", "live");
    const build = join(box.config.logDir, "daemon-build/live.json");
    writeFileSync(build, '{"executable":"/old","mod_time_unix":1}');
    const { code, stdout } = await box.run(["doctor"]);
    expect(code).toBe(0);
    expect(stdout).toContain("running an older tsm daemon build");
    expect(stdout).toEndWith("Everything works.\n");
  });

  test("warns of a low limit of open files", () => {
    const limits = (count: string): string => `Max open files            ${count}   4096   files\n`;
    expect(checkOpenFiles(limits("64"))[0]?.status).toBe("warning");
    expect(checkOpenFiles(limits("1024"))[0]?.status).toBe("ok");
    expect(checkOpenFiles(limits("unlimited"))[0]?.status).toBe("ok");
    expect(checkOpenFiles("")).toEqual([]);
  });
});

describe("debug session", () => {
  test("shows the daemon's facts, the end of its log and the screen", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "sh", "-c", "printf '\\033[31mhello\\033[m'; exec cat");
    const report = async (): Promise<Record<string, unknown>> =>
      JSON.parse(await box.ok("debug", "session", "work", "--json")) as Record<string, unknown>;
    await until(async () => String((await report())["preview"]) === "hello", "the screen");
    expect(await report()).toMatchObject({
      name: "work",
      isLive: true,
      socket: box.socket("work"),
      info: { clientsLen: 0, cwd: box.root, taskEndedAt: 0 },
      build: { modTimeUnix: expect.any(Number) },
      log: [expect.stringContaining("started sh -c")],
    });
    expect(await box.ok("debug", "session", "work")).toContain("state      live\n");
  });

  test("exits 1 for a session that is missing, dead or stopped, and prints the known facts", async () => {
    await using box = new Sandbox();
    const state = async (name: string): Promise<string> => {
      const { code, stdout } = await box.run(["debug", "session", name]);
      expect(code).toBe(1);
      return /^state +(.*)$/m.exec(stdout)?.[1] ?? stdout;
    };
    expect(await state("nobody")).toBe('not live: session not found: "nobody"');
    await box.ok("new", "work");
    process.kill(box.daemonPid("work"), "SIGSTOP");
    expect(await state("work")).toStartWith("not live: no answer within");
    await box.killDaemon("work");
    expect(await state("work")).toBe('not live: the daemon of session "work" is gone');
  });
});

describe("logs", () => {
  test("prints a session's log, also after its end, and follows it", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    expect(await box.ok("logs", "work")).toMatch(/^\S+Z started \/bin\/sh/);
    const following = box.open(["logs", "-f", "work"]);
    await following.shown("started");
    await box.ok("kill", "work");
    await following.shown("ended:");
    const [line = ""] = (await box.ok("logs", "--json", "work")).split("\n");
    expect(JSON.parse(line)).toEqual({
      time: expect.stringMatching(/Z$/),
      event: expect.stringMatching(/^started/),
    });
    expect(await box.run(["logs", "nobody"])).toMatchObject({
      code: 1,
      stderr: "There is no log of session \"nobody\".\nRun 'tsm ls' to list sessions.\n",
    });
  });
});
