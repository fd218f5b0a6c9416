import { statSync } from "node:fs";

import type { MeteredTerminal } from "./metered-terminal.ts";
import type { Row } from "./row.ts";
import { inTurn, type Run } from "./run.ts";
import { median } from "./statistics.ts";
import { writeText, type TextKind } from "./text.ts";
import { openTerminal, type SessionTool, type ToolName } from "./tools.ts";

const FULL_MB: Record<TextKind, number> = { plain: 100, coloured: 50, wide: 20 };
const QUICK_SHARE = 0.2;
const NAMES: Record<TextKind, string> = {
  plain: "plain text",
  coloured: "coloured text",
  wide: "wide characters",
};
const GOALS: Partial<Record<TextKind, number>> = { plain: 1.25, coloured: 1.5 };

/** Prints a file on request, and reports when it is done. */
const PRINTER =
  'stty -echo; while read -r n file; do [ -z "$file" ] || cat "$file"; echo "DONE-$n."; done';

interface Contender {
  tool: SessionTool | undefined;
  terminal: MeteredTerminal;
  serverPid: number;
  times: number[];
}

/** `cat` of large files through an attached client, as a multiple of the bare terminal's time. */
export async function measureFloods(run: Run): Promise<void> {
  for (const kind of ["plain", "coloured", "wide"] as const) await measureFlood(run, kind);
}

async function measureFlood(run: Run, kind: TextKind): Promise<void> {
  const { workspace, isQuick } = run;
  const megabytes = FULL_MB[kind] * (isQuick ? QUICK_SHARE : 1);
  const file = workspace.path(`${kind}.txt`);
  writeText(file, kind, megabytes * 1e6);
  const contenders = await openContenders(run, kind);
  const bare = contenders.find(({ tool }) => tool === undefined);
  const rounds = isQuick ? 3 : 5;
  // tmux and screen are slow, and their exact figures matter less.
  const longRounds = isQuick ? 1 : 2;
  for (let round = 1; round <= rounds; round++) {
    run.progress(`${megabytes} MB of ${NAMES[kind]}, round ${round} of ${rounds}`);
    for (const contender of inTurn(contenders, round)) {
      if (contender.tool?.isRelay === false && round > longRounds) continue;
      const ms = await printMs(run, contender, round, file);
      run.progress(`  ${contender.tool?.name ?? "bare"}: ${Math.round(ms)} ms`);
      contender.times.push(ms);
    }
  }
  const speeds: Row["values"] = {};
  const ratios: Row["values"] = {};
  for (const { tool, times } of contenders) {
    const name = tool?.name ?? "bare";
    speeds[name] = statSync(file).size / 1e3 / median(times);
    // Per round, so that a disturbance of one round does not affect the ratio.
    ratios[name] = median(times.map((ms, round) => ms / (bare?.times[round] ?? Number.NaN)));
  }
  const what = `${megabytes} MB of ${NAMES[kind]}, attached`;
  const limit = GOALS[kind];
  run.report({
    what: `${what}: time`,
    unit: "x",
    values: ratios,
    ...(limit === undefined ? {} : { goal: { is: "at most", limit } }),
  });
  run.report({ what: `${what}: speed`, unit: "MB/s", values: speeds });
  for (const { tool, terminal } of contenders) {
    await terminal.close();
    await tool?.end(kind);
  }
}

async function openContenders(run: Run, session: string): Promise<Contender[]> {
  const contenders: Contender[] = [];
  for (const tool of [undefined, ...run.tools]) {
    const terminal = await openTerminal(run.workspace, tool, session, ["sh", "-c", PRINTER]);
    await terminal.answers("0\n", "DONE-0.");
    const serverPid = (await tool?.serverPid(session)) ?? Number.NaN;
    contenders.push({ tool, terminal, serverPid, times: [] });
  }
  return contenders;
}

async function printMs(run: Run, contender: Contender, round: number, file: string) {
  const { tool, terminal, serverPid } = contender;
  const name: ToolName = tool?.name ?? "bare";
  using _ = tool === undefined ? undefined : run.peaks.watch(name, serverPid, terminal.pid);
  const receivedBefore = terminal.receivedBytes;
  const startMs = performance.now();
  terminal.type(`${round} ${file}\n`);
  const ms = (await terminal.shown(`DONE-${round}.`)) - startMs;
  const received = terminal.receivedBytes - receivedBefore;
  if (tool?.isRelay !== false && received < statSync(file).size) {
    run.progress(`${name} has lost output: ${received} of ${statSync(file).size} bytes came`);
  }
  return ms;
}
