import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { MeteredTerminal } from "./metered-terminal.ts";
import { writtenBytes } from "./processes.ts";
import type { Row } from "./row.ts";
import type { Run } from "./run.ts";
import { mean } from "./statistics.ts";
import { writeText } from "./text.ts";
import { openTerminal, type SessionTool } from "./tools.ts";

const FILE_BYTES = 100e6;
/** More than can be printed during a measurement. */
const REPEATS = 200;
const SLOW_BYTES_PER_SECOND = 1e6;
/** More than a client prints before the flood has begun. */
const FLOODING_BYTES = 10_000;
const MAX_ATTEMPTS = 100;
const WARM_UP_MS = 500;
/** The queue of a client that does not read fills at once; 2 s later it must not slow the others. */
const STALL_MS = 2000;
/** Time until the second client is attached and its queue and terminal are full. */
const FILL_MS = 500;

const ENDLESS = `stty -echo; echo "$$" >"$1"; file=$2; shift 2; read -r go
while [ $# -lt ${REPEATS} ]; do set -- "$@" "$file"; done; exec cat "$@"`;

/** Effect of a slow or stopped second client on the speed of the first. */
export async function measureSecondClients(run: Run): Promise<void> {
  writeText(run.workspace.path("endless.txt"), "plain", FILE_BYTES);
  const slow: Row["values"] = {};
  const unread: Row["values"] = {};
  for (const tool of run.isQuick ? run.tools.slice(0, 1) : run.tools) {
    run.progress(`a second client that reads slowly, ${tool.name}`);
    slow[tool.name] = (await speeds(run, tool, SLOW_BYTES_PER_SECOND)).beside / 1e6;
    run.progress(`a second client that does not read, ${tool.name}`);
    const { alone, beside } = await speeds(run, tool, 0);
    unread[tool.name] = (100 * beside) / alone;
  }
  run.report({ what: "plain text beside a client that reads 1 MB/s", unit: "MB/s", values: slow });
  run.report({
    what: "plain text beside a client that does not read, of the speed alone",
    unit: "%",
    values: unread,
    goal: { is: "at least", limit: 90 },
  });
}

/** Bytes a second of the first client without and with the second. */
async function speeds(run: Run, tool: SessionTool, pace: number) {
  const { workspace, isQuick } = run;
  const windowMs = isQuick ? 1000 : 2000;
  const pidFile = workspace.path("endless.pid");
  const file = workspace.path("endless.txt");
  const argv = ["sh", "-c", ENDLESS, "sh", pidFile, file];
  const terminal = await openTerminal(workspace, tool, "two", argv);
  const serverPid = await tool.serverPid("two");
  using _ = run.peaks.watch(tool.name, serverPid, terminal.pid);
  // Input may be discarded while a client starts.
  for (let attempt = 0; terminal.receivedBytes < FLOODING_BYTES; attempt++) {
    if (attempt === MAX_ATTEMPTS) throw new Error(`nothing comes through ${tool.name}`);
    terminal.type("go\n");
    await Bun.sleep(100);
  }
  const programPid = Number(readFileSync(pidFile, "latin1"));
  const speed = (): Promise<number> =>
    bytesPerSecond(windowMs, () => progress(tool, terminal, programPid));

  await Bun.sleep(WARM_UP_MS);
  const before = await speed();
  const second = await attachSlowly(run, tool, pace);
  await Bun.sleep(FILL_MS + (pace === 0 ? STALL_MS : 0));
  const beside = await speed();
  second.kill("SIGKILL");
  await second.exited;
  await Bun.sleep(WARM_UP_MS);
  const after = await speed();
  await terminal.close();
  await tool.end("two");
  return { alone: mean([before, after]), beside };
}

/**
 * Progress of the flood: bytes received by the client. tmux and screen skip lines that would scroll
 * away, so for them it is the bytes written by the program.
 */
function progress(tool: SessionTool, terminal: MeteredTerminal, programPid: number): number {
  return tool.isRelay ? terminal.receivedBytes : writtenBytes(programPid);
}

async function bytesPerSecond(windowMs: number, count: () => number): Promise<number> {
  const startMs = performance.now();
  const start = count();
  await Bun.sleep(windowMs);
  return ((count() - start) / (performance.now() - startMs)) * 1000;
}

async function attachSlowly({ workspace }: Run, tool: SessionTool, pace: number) {
  const script = join(import.meta.dir, "slow-terminal.ts");
  const child = Bun.spawn([process.execPath, script, `${pace}`, ...tool.attachArgv("two")], {
    cwd: workspace.root,
    env: workspace.env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const reader = child.stdout.getReader();
  await Promise.race([reader.read(), Bun.sleep(STALL_MS)]);
  reader.releaseLock();
  return child;
}
