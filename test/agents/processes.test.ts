import { expect, test } from "bun:test";
import { existsSync, realpathSync } from "node:fs";

import { detectAgent } from "../../src/agents/detect-agent.ts";
import { processFacts } from "../../src/agents/process-facts.ts";
import { processTree, readProcessTable } from "../../src/system/processes/process-table.ts";
import { parseProcesses, psText } from "../../src/system/processes/ps.ts";
import { FakeAgent } from "./fake-agent.ts";
import { TestHome } from "./test-home.ts";

const isLinux = process.platform === "linux";
const PS = `
    1     0     1     0   1000 12-03:04:05 /sbin/init splash
  100     1   100   120   2000    01:02:03 -zsh
  110   100   110   120   3000       05:06 node /opt/bin/claude --resume
  120   100   120   120   4000       00:07 /usr/bin/vim a file.ts
  130   110   110   120   5000       00:08 codex exec
  200     1   200    -1   6000       00:09 codex
garbage
`;

test("The process table knows this process", () => {
  for (const table of [readProcessTable(), readProcessTable([process.pid])]) {
    const own = table.get(process.pid);
    expect(own?.parent).toBe(process.ppid);
    expect(own?.rssBytes).toBeGreaterThan(1 << 20);
    expect(table.argv(process.pid).join(" ")).toContain("test");
    if (isLinux) expect(table.cwd(process.pid)).toBe(process.cwd());
  }
});

test("A session's facts are those of the process in the foreground of its terminal", async () => {
  using home = new TestHome();
  const directory = home.join("a dir\n\x1b[2J");
  await using agent = new FakeAgent(home, "my-editor", directory);
  await agent.isRunning;
  for (const table of [readProcessTable(), readProcessTable([agent.pid])]) {
    const facts = processFacts(table, agent.pid);
    const names = processTree(table, agent.pid).map(({ name }) => name);
    expect(names).toEqual(["bash", "my-editor"]);
    expect(facts.foregroundCommand).toBe(`${home.join("bin/my-editor")} -u`);
    if (isLinux) expect(facts.foregroundDir).toBe(realpathSync(directory));
    expect(facts.memory).toBeGreaterThan(table.get(agent.pid)?.rssBytes ?? 0);
    expect(facts.uptime).toBeWithin(0, 3600);
  }
});

test("Nothing is known of a process that is not running", () => {
  const nothing = { memory: 0, uptime: 0, foregroundCommand: "", foregroundDir: "" };
  for (const pid of [0, -1, 2 ** 30, Number.NaN]) {
    expect(processFacts(readProcessTable([pid]), pid)).toEqual(nothing);
    expect(detectAgent(readProcessTable([pid]), pid)).toBeUndefined();
  }
});

test("Following trees and scanning everything find the same descendants", async () => {
  using home = new TestHome();
  await using agent = new FakeAgent(home, "claude", home.path);
  await agent.isRunning;
  const pids = (roots?: number[]): number[] =>
    processTree(readProcessTable(roots), agent.pid).map(({ pid }) => pid);
  expect(pids([agent.pid])).toEqual(pids());
  // This process has several threads, and each has a list of the children that it started.
  expect(pids([process.pid])).toEqual(pids());
  // So much that it is better to scan.
  const everything = Array.from({ length: 32_768 }, (_, pid) => pid);
  expect(pids(everything)).toEqual(pids());
});

test("An agent is found by the name of its process, however long that is", async () => {
  using home = new TestHome();
  for (const [name, kind] of [
    ["claude", "claude"],
    ["codex-x86_64-unknown-linux-musl", "codex"],
    ["our (own) wrapped claude) x", "claude"],
    ["clod", undefined],
  ] as const) {
    await using agent = new FakeAgent(home, name, home.path);
    await agent.isRunning;
    expect(detectAgent(readProcessTable([agent.pid]), agent.pid)?.reader.kind).toBe(kind);
  }
});

test("The output of ps is parsed", () => {
  const table = parseProcesses(PS);
  expect(table.get(1)).toMatchObject({ name: "init", ageSeconds: 12 * 86_400 + 11_045 });
  expect(processFacts(table, 100)).toEqual({
    memory: 14_000 * 1024,
    uptime: 3723,
    foregroundCommand: "/usr/bin/vim a file.ts",
    foregroundDir: "",
  });
  expect(table.get(100)?.name).toBe("zsh");
  expect(table.argv(130)).toEqual(["codex", "exec"]);
});

test("An agent that is a script is found, and the outer one of two", () => {
  const table = parseProcesses(PS);
  expect(detectAgent(table, 100)).toMatchObject({
    reader: { kind: "claude" },
    process: { pid: 110 },
  });
  expect(detectAgent(table, 200)?.reader.kind).toBe("codex");
  expect(detectAgent(table, 120)).toBeUndefined();
});

test("An agent in the foreground goes before one in the background", () => {
  const table = parseProcesses(PS.replace("/usr/bin/vim a file.ts", "codex"));
  expect(detectAgent(table, 100)?.process.pid).toBe(120);
});

test("A process table that goes in circles is walked once", () => {
  const table = parseProcesses("5 6 5 5 10 00:01 a\n6 5 5 5 10 00:01 b\n7 7 7 7 10 00:01 c");
  expect(processTree(table, 5).map(({ pid }) => pid)).toEqual([5, 6]);
  expect(processTree(table, 7).map(({ pid }) => pid)).toEqual([7]);
});

test.skipIf(!existsSync("/bin/ps"))("The ps of this machine lists this process", () => {
  const own = parseProcesses(psText()).get(process.pid);
  expect(own?.parent).toBe(process.ppid);
  expect(own?.group).toBe(readProcessTable().get(process.pid)?.group ?? 0);
});
