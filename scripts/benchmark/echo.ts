import { join } from "node:path";

import type { MeteredTerminal } from "./metered-terminal.ts";
import type { Row } from "./row.ts";
import { inTurn, type Run } from "./run.ts";
import { percentile } from "./statistics.ts";
import { openTerminal, startSession, type SessionTool } from "./tools.ts";
import type { Workspace } from "./workspace.ts";

/** Returns each byte as it comes, like a program that draws its own input line. */
const ECHO = "stty raw -echo; exec cat";
/** Letters that end no control sequence, so that they are echo and not part of a redraw. */
const LETTERS = ["w", "z"] as const;
const BLOCK_KEYS = 25;
/** Time between two keys of a fast typist; random, so that it is in step with no timer. */
const MIN_GAP_MS = 10;
const MAX_GAP_MS = 30;
const FLOOD_WARM_UP_MS = 300;

interface Contender {
  tool: SessionTool | undefined;
  terminal: MeteredTerminal;
  times: number[];
}

/** Time from a key until its echo is back at the terminal. */
export async function measureEcho(run: Run): Promise<void> {
  const contenders: Contender[] = [];
  for (const tool of [undefined, ...run.tools]) {
    const terminal = await openTerminal(run.workspace, tool, "echo", ["sh", "-c", ECHO]);
    await terminal.answers("w", "w");
    contenders.push({ tool, terminal, times: [] });
  }
  await measureIdle(run, contenders);
  await measureBesideFloods(run, contenders);
  for (const { tool, terminal } of contenders) {
    await terminal.close();
    await tool?.end("echo");
  }
}

async function measureIdle(run: Run, contenders: readonly Contender[]): Promise<void> {
  const blocks = run.isQuick ? 4 : 16;
  for (let block = 1; block <= blocks; block++) {
    run.progress(`echo, idle, block ${block} of ${blocks}`);
    for (const contender of inTurn(contenders, block)) await typeBlock(contender);
  }
  report(run, "echo, idle", contenders, { median: 0.3, p99: 1.5 });
}

/** The other session floods without clients, so that only its server keeps the machine busy. */
async function measureBesideFloods(run: Run, contenders: readonly Contender[]): Promise<void> {
  const { workspace, isQuick } = run;
  const rounds = isQuick ? 1 : 2;
  const blocks = isQuick ? 3 : 6;
  for (const contender of contenders) contender.times.length = 0;
  for (let round = 1; round <= rounds; round++) {
    for (const contender of inTurn(contenders, round)) {
      const { tool } = contender;
      run.progress(`echo beside a flood, ${tool?.name ?? "bare"}, round ${round} of ${rounds}`);
      const flood =
        tool === undefined
          ? new BareFlood(workspace)
          : await startSession(workspace, tool, "yes", ["yes"]);
      await Bun.sleep(FLOOD_WARM_UP_MS);
      for (let block = 0; block < blocks; block++) await typeBlock(contender);
      if (flood instanceof BareFlood) await flood.close();
      await tool?.end("yes");
    }
  }
  report(run, "echo beside a session that floods", contenders);
}

async function typeBlock({ terminal, times }: Contender): Promise<void> {
  for (let key = 0; key < BLOCK_KEYS; key++) {
    await Bun.sleep(MIN_GAP_MS + Math.random() * (MAX_GAP_MS - MIN_GAP_MS));
    const letter = LETTERS[key % LETTERS.length] ?? "w";
    const shown = terminal.shown(letter);
    const startMs = performance.now();
    terminal.type(letter);
    times.push((await shown) - startMs);
  }
}

function report(
  run: Run,
  what: string,
  contenders: readonly Contender[],
  goals: { median?: number; p99?: number } = {},
): void {
  for (const [name, percent] of [
    ["median", 50],
    ["p99", 99],
  ] as const) {
    const values: Row["values"] = {};
    for (const { tool, times } of contenders) {
      values[tool?.name ?? "bare"] = percentile(times, percent);
    }
    const limit = goals[name];
    run.report({
      what: `${what}: ${name === "p99" ? "99th percentile" : name}`,
      unit: "ms",
      values,
      ...(limit === undefined ? {} : { goal: { is: "at most", limit } }),
    });
  }
}

/** `yes` on a terminal read by a separate process: reading it here would distort the timing. */
class BareFlood {
  readonly #child: Bun.Subprocess;

  constructor(workspace: Workspace) {
    const script = join(import.meta.dir, "slow-terminal.ts");
    this.#child = Bun.spawn([process.execPath, script, "Infinity", "yes"], {
      cwd: workspace.root,
      env: workspace.env,
      stdio: ["ignore", "ignore", "inherit"],
    });
  }

  async close(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }
}
