import { expect, test } from "bun:test";

import { catchesSignal } from "../../../src/system/processes/catches-signal.ts";
import { controllingTerminalOf } from "../../../src/system/processes/controlling-terminal.ts";
import {
  hasEnded,
  parseStat,
  parseStatus,
  readStat,
} from "../../../src/system/processes/proc-files.ts";
import {
  isZombie,
  membersOf,
  sessionProcesses,
} from "../../../src/system/processes/session-processes.ts";
import { foregroundGroupOf } from "../../../src/system/processes/waiting-process.ts";

const isLinux = process.platform === "linux";
const FIELDS =
  "S 7 42 40 34819 43 4194304 100 0 0 0 12 3 0 0 20 0 5 0 98765 1048576 250 18446744073709551615 1";

test("A stat file is read whatever the program's name holds", () => {
  for (const name of ["sh", "a b", "a) S 1 (b", "", "übung\n)"]) {
    expect(parseStat(`42 (${name}) ${FIELDS}\n`)).toEqual({
      name,
      state: "S",
      parent: 7,
      group: 42,
      sessionId: 40,
      terminal: 34819,
      foregroundGroup: 43,
      threads: 5,
      startTicks: 98765,
      rssPages: 250,
    });
  }
});

test("A zombie and a dead process have ended, a stopped one has not", () => {
  const stateOf = (state: string) => parseStat(`42 (sh) ${FIELDS.replace("S", state)}`);
  expect(["R", "S", "D", "T", "t", "I", "Z", "X"].filter((it) => hasEnded(stateOf(it)))).toEqual([
    "Z",
    "X",
  ]);
});

test("A status file is read by the names of its lines", () => {
  const status = parseStatus(
    "Name:\ta: b\nSigCgt:\t0000000000000002\nGroups:\t\nflags:\t0100001\n",
  );
  expect(status.get("Name")).toBe("a: b");
  expect(status.get("SigCgt")).toBe("0000000000000002");
  expect(status.get("Groups")).toBe("");
  expect(status.get("flags")).toBe("0100001");
  expect(status.get("none")).toBeUndefined();
});

test("Without session ids, a session is its leader's process group and all descendants", () => {
  const processes = [
    { pid: 12, parent: 11, group: 12 }, // listed before its parent
    { pid: 10, parent: 1, group: 10 },
    { pid: 11, parent: 10, group: 11 },
    { pid: 13, parent: 1, group: 10 }, // its parent has ended
    { pid: 14, parent: 1, group: 14 },
  ];
  expect(membersOf(10, processes)).toEqual([12, 10, 11, 13]);
  expect(membersOf(99, processes)).toEqual([]);
});

test.skipIf(!isLinux)("All facts about a process are read from one stat file", async () => {
  await using child = Bun.spawn(["setsid", "sh", "-c", "echo; exec cat"], {
    stdin: "pipe",
    stdout: "pipe",
  });
  await child.stdout.getReader().read(); // it leads its session by now
  expect(readStat(child.pid)).toMatchObject({ parent: process.pid, sessionId: child.pid });
  expect(sessionProcesses(child.pid)).toEqual([child.pid]);
  expect(isZombie(child.pid)).toBe(false);
  expect(controllingTerminalOf(child.pid)).toBeUndefined();
  expect(foregroundGroupOf(child.pid)).toBeUndefined();
});

test.skipIf(!isLinux)(
  "A process's signal handlers are known, and an ended process has none",
  async () => {
    const script = "trap : USR1; echo; read line";
    await using child = Bun.spawn(["sh", "-c", script], { stdin: "pipe", stdout: "pipe" });
    await child.stdout.getReader().read();
    expect(catchesSignal(child.pid, "SIGUSR1")).toBe(true);
    expect(catchesSignal(child.pid, "SIGUSR2")).toBe(false);
    child.kill("SIGKILL");
    await child.exited;
    expect(catchesSignal(child.pid, "SIGUSR1")).toBe(false);
    expect(isZombie(child.pid)).toBeUndefined();
  },
);
