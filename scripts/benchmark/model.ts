import { join } from "node:path";

import type { Run } from "./run.ts";
import type { ModelFigures } from "./terminal-model.ts";
import { TEXT_KINDS } from "./text.ts";

const MIN_MB_PER_SECOND = { plain: 80, coloured: 45, wide: undefined };
const MAX_SNAPSHOT_MS = { plain: 25, coloured: 60, wide: undefined };
const MAX_HOSTILE_MS = 100;

/** The terminal model without daemon and socket. */
export async function measureTerminalModel(run: Run): Promise<void> {
  run.progress("terminal model");
  const script = join(import.meta.dir, "terminal-model.ts");
  const child = Bun.spawn([process.execPath, script], {
    env: run.workspace.env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output = await child.stdout.text();
  if ((await child.exited) !== 0) throw new Error("cannot measure the terminal model");
  const { parse, snapshot, hostile } = JSON.parse(output) as ModelFigures;
  for (const kind of TEXT_KINDS) {
    const limit = MIN_MB_PER_SECOND[kind];
    run.report({
      what: `terminal model: parsing ${kind} text`,
      unit: "MB/s",
      values: { tsm: parse[kind] },
      ...(limit === undefined ? {} : { goal: { is: "at least", limit } }),
    });
  }
  for (const kind of TEXT_KINDS) {
    const limit = MAX_SNAPSHOT_MS[kind];
    run.report({
      what: `terminal model: snapshot of 10 000 lines, ${kind}`,
      unit: "ms",
      values: { tsm: snapshot[kind] },
      ...(limit === undefined ? {} : { goal: { is: "at most", limit } }),
    });
  }
  run.report({
    what: `terminal model: longest call on 64 KiB of hostile input (${hostile.name})`,
    unit: "ms",
    values: { tsm: hostile.ms },
    goal: { is: "at most", limit: MAX_HOSTILE_MS },
  });
}
