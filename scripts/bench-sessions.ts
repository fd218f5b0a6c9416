#!/usr/bin/env bun
/**
 * Prints the cost of describing sessions: `bench-sessions.ts [SESSIONS] [PROCESSES]`. It starts that
 * many processes: a shell with a child for each session, and unrelated ones.
 */
import { describeSessions } from "../src/agents/describe-sessions.ts";
import { readProcessTable } from "../src/system/processes/process-table.ts";

const ROUNDS = 9;
const sessions = Number(process.argv[2] ?? 100);
const processes = Number(process.argv[3] ?? 2000);

function start(argv: string[]): Bun.Subprocess {
  return Bun.spawn(argv, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
}

function timesMs(work: () => void): number[] {
  return Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
}

function print(what: string, times: number[]): void {
  const [first = 0] = times;
  const median = times.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? 0;
  console.log(`${what.padEnd(44)} first ${first.toFixed(1)} ms, median ${median.toFixed(1)} ms`);
}

const shells = Array.from({ length: sessions }, () => start(["sh", "-c", "sleep 120; :"]));
const others = Array.from({ length: Math.max(0, processes - 2 * sessions) }, () =>
  start(["sleep", "120"]),
);
try {
  const inputs = shells.map(({ pid }, index) => ({ name: `s${index}`, pid, startedIn: "/tmp" }));
  const options = { home: "/nonexistent", statusline: () => undefined };
  print(
    `facts of ${sessions} sessions`,
    timesMs(() => describeSessions(inputs, options)),
  );
  print(
    "one scan of every process",
    timesMs(() => readProcessTable()),
  );
} finally {
  // The sleep below a shell first: it would survive the shell.
  const table = readProcessTable();
  for (const { pid } of shells) for (const child of table.childrenOf(pid)) process.kill(child);
  for (const child of [...shells, ...others]) child.kill("SIGKILL");
}
