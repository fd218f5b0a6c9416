#!/usr/bin/env bun
/** `scripts/bench` runs this: measures, prints a table, writes the requested files. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parseArguments, type Arguments } from "./arguments.ts";
import { performanceDocument } from "./document.ts";
import { measureChurn } from "./churn.ts";
import { measureEcho } from "./echo.ts";
import { measureFloods } from "./floods.ts";
import { measureIdling } from "./idling.ts";
import { describeMachine, findVersions } from "./machine.ts";
import { measureTerminalModel } from "./model.ts";
import { describeRun, measuredTools, type Results } from "./results.ts";
import { isReached, type Row } from "./row.ts";
import { PeakWatch, type Run } from "./run.ts";
import { measureScrollback } from "./scrollback.ts";
import { measureSecondClients } from "./second-client.ts";
import { measureStarting } from "./starting.ts";
import { alignTable, tableCells } from "./table.ts";
import { DEBIAN_PACKAGES, findTools } from "./tools.ts";
import { Workspace } from "./workspace.ts";

const MEASUREMENTS: Readonly<Record<string, (run: Run) => Promise<void>>> = {
  floods: measureFloods,
  "second-client": measureSecondClients,
  echo: measureEcho,
  starting: measureStarting,
  scrollback: measureScrollback,
  churn: measureChurn,
  idling: measureIdling,
  model: measureTerminalModel,
};
const MAX_FLOOD_MB = 64;
const DOCUMENT = join(import.meta.dir, "../../docs/performance.md");

async function measure({ isQuick, only }: Arguments): Promise<Row[]> {
  using workspace = new Workspace();
  const rows: Row[] = [];
  const startedMs = performance.now();
  const run: Run = {
    workspace,
    tools: findTools(workspace),
    isQuick,
    peaks: new PeakWatch(),
    report: (row) => void rows.push(row),
    progress: (text) => {
      const seconds = Math.round((performance.now() - startedMs) / 1000);
      process.stderr.write(`${`${seconds}`.padStart(4)} s  ${text}\n`);
    },
  };
  for (const [name, measurement] of Object.entries(MEASUREMENTS)) {
    if (only.length > 0 && !only.includes(name)) continue;
    try {
      await measurement(run);
    } catch (error) {
      // The other figures are still useful, and the table shows the gap.
      run.progress(`${name} has failed: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
      // Processes it left running would disturb the others.
      workspace.endProcesses();
    }
  }
  if (run.peaks.servers.tsm !== undefined) reportPeaks(run);
  return rows;
}

function reportPeaks({ peaks, report }: Run): void {
  report({
    what: "peak private memory of the session's process in all floods",
    unit: "MB",
    values: peaks.servers,
    goal: { is: "at most", limit: MAX_FLOOD_MB },
  });
  report({
    what: "peak private memory of the attached client in all floods",
    unit: "MB",
    values: peaks.clients,
  });
}

function tellMissingTools(): void {
  for (const [name, debianPackage] of Object.entries(DEBIAN_PACKAGES)) {
    if (Bun.which(name) !== null) continue;
    console.error(`${name} is not installed and left out. On Debian: apt install ${debianPackage}`);
  }
}

function print(results: Results): void {
  console.log(`\n${describeRun(results)}\n`);
  console.log(alignTable(tableCells(results.rows, measuredTools(results))));
  const missed = results.rows.filter((row) => isReached(row) === false).length;
  const withGoal = results.rows.filter((row) => isReached(row) !== undefined).length;
  console.log(`${withGoal - missed} of ${withGoal} goals reached.`);
}

async function main(): Promise<void> {
  if (process.platform !== "linux") throw new Error("This reads /proc, so it needs Linux.");
  const options = parseArguments(process.argv.slice(2), Object.keys(MEASUREMENTS));
  tellMissingTools();
  const rows = await measure(options);
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    isQuick: options.isQuick,
    machine: describeMachine(),
    versions: findVersions(),
    rows,
  };
  print(results);
  if (options.jsonFile !== undefined) {
    writeFileSync(options.jsonFile, `${JSON.stringify(results, null, 2)}\n`);
  }
  if (!options.writesDocs) return;
  if (process.exitCode === 1) throw new Error("The run is not whole: the documentation stays.");
  mkdirSync(join(DOCUMENT, ".."), { recursive: true });
  writeFileSync(DOCUMENT, performanceDocument(results));
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
// A failed measurement may have left a terminal open, which would keep this process running.
process.exit();
