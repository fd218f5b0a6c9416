/** Reads the output of `ps`, where there is no /proc. */
import { basename } from "node:path";

import { errnoOf } from "../../base/errors.ts";
import type { Process, ProcessTable } from "./process.ts";

const PS_COLUMNS = "pid=,ppid=,pgid=,tpgid=,rss=,etime=,args=";

/** `ps` answers sooner, unless something is wrong with the machine. */
const PS_TIMEOUT_MS = 2000;
const PS_MAX_BYTES = 16 << 20;

/** Output of `ps` for every process, in the columns that `parsePs` expects; empty without `ps`. */
export function psText(): string {
  return runPs(["-axwwo", PS_COLUMNS]);
}

/** Output of `ps`; empty when it is missing or does not answer. */
export function runPs(words: readonly string[]): string {
  try {
    const { stdout } = Bun.spawnSync(["ps", ...words], {
      stdin: "ignore",
      stderr: "ignore",
      timeout: PS_TIMEOUT_MS,
      maxBuffer: PS_MAX_BYTES,
      env: { PATH: "/bin:/usr/bin", LC_ALL: "C" },
    });
    return stdout.toString();
  } catch (error) {
    if (errnoOf(error) !== undefined) return ""; // no ps
    throw error;
  }
}

/** A process with its arguments, split at spaces: `ps` does not mark where one ends. */
export interface PsProcess extends Process {
  argv: readonly string[];
}

/** The processes in the output of `ps`, in its order. Other lines are left out. */
export function parsePs(text: string): PsProcess[] {
  return text.split("\n").flatMap((line) => {
    const [pid, parent, group, foregroundGroup, rssKiB, age, ...argv] = line.trim().split(/\s+/);
    if (argv.length === 0 || !Number.isInteger(Number(pid))) return [];
    const process = {
      pid: Number(pid),
      parent: Number(parent),
      sessionId: 0,
      group: Number(group),
      foregroundGroup: Number(foregroundGroup),
      name: basename(argv[0] ?? "").replace(/^-/, ""),
      rssBytes: Number(rssKiB) * 1024,
      ageSeconds: parseElapsed(age ?? ""),
      argv,
    };
    return [process];
  });
}

/** A process table from the output of `ps`, which has no working directories and no session ids. */
export function parseProcesses(text: string): ProcessTable {
  const processes = new Map<number, PsProcess>();
  const children = new Map<number, number[]>();
  for (const process of parsePs(text)) {
    processes.set(process.pid, process);
    const siblings = children.get(process.parent);
    if (siblings === undefined) children.set(process.parent, [process.pid]);
    else siblings.push(process.pid);
  }
  return {
    get: (pid) => processes.get(pid),
    childrenOf: (pid) => children.get(pid) ?? [],
    argv: (pid) => processes.get(pid)?.argv ?? [],
    cwd: () => "",
  };
}

/** `[[days-]hours:]minutes:seconds`, as ps(1) writes an elapsed time. */
function parseElapsed(text: string): number {
  const found = /^(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)$/.exec(text);
  if (found === null) return 0;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}
