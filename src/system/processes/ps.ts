import { basename } from "node:path";

import { errnoOf } from "../../base/errors.ts";
import type { Process, ProcessTable } from "./process.ts";

const PS_COLUMNS = "pid=,ppid=,pgid=,tpgid=,rss=,etime=,args=";

/** `ps` has answered by then, or something is wrong with the machine. */
const PS_TIMEOUT_MS = 2000;
const PS_MAX_BYTES = 16 << 20;

/** What `ps` says of every process, in the columns that `parseProcesses` expects; empty without it. */
export function psText(): string {
  try {
    const { stdout } = Bun.spawnSync(["ps", "-axwwo", PS_COLUMNS], {
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

/**
 * A process table from the output of `ps`. It has no working directories and no session ids, and
 * arguments are parted at spaces, since `ps` does not tell where one ends.
 */
export function parseProcesses(text: string): ProcessTable {
  const processes = new Map<number, Process>();
  const children = new Map<number, number[]>();
  const argvs = new Map<number, string[]>();
  for (const line of text.split("\n")) {
    const [pid, parent, group, foregroundGroup, rssKiB, age, ...argv] = line.trim().split(/\s+/);
    const process = {
      pid: Number(pid),
      parent: Number(parent),
      sessionId: 0,
      group: Number(group),
      foregroundGroup: Number(foregroundGroup),
      name: basename(argv[0] ?? "").replace(/^-/, ""),
      rssBytes: Number(rssKiB) * 1024,
      ageSeconds: parseElapsed(age ?? ""),
    };
    if (argv.length === 0 || !Number.isInteger(process.pid)) continue;
    processes.set(process.pid, process);
    argvs.set(process.pid, argv);
    children.set(process.parent, [...(children.get(process.parent) ?? []), process.pid]);
  }
  return {
    get: (pid) => processes.get(pid),
    childrenOf: (pid) => children.get(pid) ?? [],
    argv: (pid) => argvs.get(pid) ?? [],
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
