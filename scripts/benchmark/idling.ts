import { cpuTicks, privateMB, TICKS_PER_SECOND } from "./processes.ts";
import type { Row } from "./row.ts";
import type { Run } from "./run.ts";
import { startSession, type SessionTool, type ToolName } from "./tools.ts";

const SHELL = ["/bin/sh", "-l"];
const MANY_SESSIONS = 100;
const QUICK_MANY_SESSIONS = 30;
const MAX_MB = 12;
/** Time until the shells are at their prompts and idle. */
const SETTLE_MS = 3000;

/** Memory and CPU time of idle sessions. */
export async function measureIdling(run: Run): Promise<void> {
  const windowSeconds = run.isQuick ? 3 : 10;
  // Two of each: with only one, the pages of the binary would count as private.
  const few = await startAll(run, 2);
  const one = new Map([...few].map(([tool, pids]) => [tool, pids.slice(0, 1)]));
  await Bun.sleep(SETTLE_MS);
  run.progress(`1 idle session, ${windowSeconds} s`);
  run.report({
    what: `1 idle session: CPU time in ${windowSeconds} s`,
    unit: "ticks",
    values: await ticksOf(one, windowSeconds),
    goal: { is: "at most", limit: 0 },
  });
  run.report({
    what: "1 idle session: private memory",
    unit: "MB",
    values: each(one, (pids) => Math.max(...pids.map(privateMB))),
    goal: { is: "at most", limit: MAX_MB },
  });
  await measureMany(run, few, windowSeconds);
}

async function measureMany(run: Run, few: Sessions, windowSeconds: number): Promise<void> {
  const count = run.isQuick ? QUICK_MANY_SESSIONS : MANY_SESSIONS;
  const more = await startAll(run, count - 2, 2);
  const all = new Map([...few].map(([tool, pids]) => [tool, [...pids, ...(more.get(tool) ?? [])]]));
  await Bun.sleep(SETTLE_MS);
  run.progress(`${count} idle sessions, ${windowSeconds} s`);
  const ticks = await ticksOf(all, windowSeconds);
  const share = (value: number): number => (100 * value) / TICKS_PER_SECOND / windowSeconds;
  run.report({
    what: `${count} idle sessions: CPU of them all`,
    unit: "% CPU",
    values: Object.fromEntries(Object.entries(ticks).map(([name, value]) => [name, share(value)])),
    goal: { is: "at most", limit: 0 },
  });
  // tmux holds them all in one process.
  const own = new Map([...all].filter(([tool]) => tool.name !== "tmux"));
  run.report({
    what: `${count} idle sessions: private memory of the largest`,
    unit: "MB",
    values: each(own, (pids) => Math.max(...pids.map(privateMB))),
    goal: { is: "at most", limit: MAX_MB },
  });
  run.report({
    what: `${count} idle sessions: private memory of them all`,
    unit: "MB",
    values: each(all, (pids) => [...new Set(pids)].reduce((sum, pid) => sum + privateMB(pid), 0)),
  });
  for (const tool of all.keys()) {
    for (let i = 0; i < count; i++) await tool.end(nameOf(i));
  }
}

type Sessions = Map<SessionTool, number[]>;

async function startAll(run: Run, count: number, from = 0): Promise<Sessions> {
  const sessions: Sessions = new Map();
  for (const tool of run.tools) {
    run.progress(`starting ${count} sessions, ${tool.name}`);
    const pids: number[] = [];
    for (let i = from; i < from + count; i++) {
      const argv = tool.name === "tsm" ? [] : SHELL;
      pids.push(await startSession(run.workspace, tool, nameOf(i), argv));
    }
    sessions.set(tool, pids);
  }
  return sessions;
}

/** No name is a prefix of another, which screen would find ambiguous. */
function nameOf(index: number): string {
  return `idle-${index + 100}`;
}

async function ticksOf(sessions: Sessions, seconds: number) {
  const count = (): Row["values"] =>
    each(sessions, (pids) => [...new Set(pids)].reduce((sum, pid) => sum + cpuTicks(pid), 0));
  const before = count();
  await Bun.sleep(seconds * 1000);
  const after = count();
  return Object.fromEntries(
    [...sessions.keys()].map(({ name }) => [name, (after[name] ?? 0) - (before[name] ?? 0)]),
  ) as Partial<Record<ToolName, number>>;
}

function each(sessions: Sessions, figure: (pids: number[]) => number): Row["values"] {
  return Object.fromEntries([...sessions].map(([{ name }, pids]) => [name, figure(pids)]));
}
