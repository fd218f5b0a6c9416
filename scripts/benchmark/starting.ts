import { writeFileSync } from "node:fs";

import { MeteredTerminal } from "./metered-terminal.ts";
import type { Row } from "./row.ts";
import { inTurn, type Run } from "./run.ts";
import { median } from "./statistics.ts";
import { startSession, TSM, type SessionTool } from "./tools.ts";
import { PROMPT, type Workspace } from "./workspace.ts";

const LISTED_SESSIONS = 50;
/** The program of every session here; it is the default of tsm. */
const SHELL = ["/bin/sh", "-l"];

/** Shells in which `tsm run` is measured, if installed. */
const RUN_SHELLS = ["sh", "bash", "zsh", "fish"] as const;

/** How long people wait for a command: version, new, list, attach, run. */
export async function measureStarting(run: Run): Promise<void> {
  await measureVersion(run);
  await measureNew(run);
  await measureList(run);
  await measureAttach(run);
  await measureRun(run);
}

async function measureVersion(run: Run): Promise<void> {
  run.progress("version");
  const empty = await compileEmptyProgram(run.workspace);
  const times = { tsm: [] as number[], bare: [] as number[] };
  for (let round = 0; round < (run.isQuick ? 10 : 40); round++) {
    times.bare.push(await run.workspace.timeRunMs([empty]));
    times.tsm.push(await run.workspace.timeRunMs([TSM, "version"]));
  }
  const values = { tsm: median(times.tsm), bare: median(times.bare) };
  run.report({ what: "version (bare: an empty compiled program)", unit: "ms", values });
  run.report({
    what: "version, as a multiple of the empty program",
    unit: "x",
    values: { tsm: values.tsm / values.bare, bare: 1 },
    goal: { is: "at most", limit: 3 },
  });
}

/** An empty program with the same runtime, built like tsm. */
async function compileEmptyProgram(workspace: Workspace): Promise<string> {
  const source = workspace.path("empty.ts");
  const outfile = workspace.path("empty");
  writeFileSync(source, "export {};\n");
  const result = await Bun.build({
    entrypoints: [source],
    minify: true,
    bytecode: true,
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false },
  });
  if (!result.success) throw new Error("cannot build the empty program");
  return outfile;
}

async function measureNew(run: Run): Promise<void> {
  const { workspace, tools, isQuick } = run;
  const times = new Map<SessionTool, number[]>(tools.map((tool) => [tool, []]));
  const rounds = isQuick ? 5 : 20;
  run.progress("new");
  for (let round = 0; round < rounds; round++) {
    for (const tool of inTurn(tools, round)) {
      const argv = tool.startArgv("new", tool.name === "tsm" ? [] : SHELL);
      times.get(tool)?.push(await workspace.timeRunMs(argv));
      await serverOf(tool, "new");
      await tool.end("new");
    }
  }
  run.report({
    what: "new: a session with a shell",
    unit: "ms",
    values: medians(times),
    goal: { is: "at most", limit: 60 },
  });
}

async function measureList(run: Run): Promise<void> {
  const { workspace, isQuick } = run;
  const times = new Map<SessionTool, number[]>();
  for (const tool of run.tools) {
    if (tool.listArgv === undefined) continue;
    run.progress(`list, ${tool.name}`);
    const names = Array.from({ length: LISTED_SESSIONS }, (_, i) => `list-${i + 10}`);
    for (const name of names) await startSession(workspace, tool, name, SHELL);
    const samples: number[] = [];
    for (let i = 0; i < (isQuick ? 5 : 15); i++) {
      samples.push(await workspace.timeRunMs(tool.listArgv));
    }
    times.set(tool, samples);
    for (const name of names) await tool.end(name);
  }
  run.report({
    what: `list of ${LISTED_SESSIONS} sessions`,
    unit: "ms",
    values: medians(times),
    goal: { is: "at most", limit: 40 },
  });
}

async function measureAttach(run: Run): Promise<void> {
  const { workspace, isQuick } = run;
  const tools = run.tools.filter(({ hasScreen }) => hasScreen);
  const times = new Map<SessionTool, number[]>(tools.map((tool) => [tool, []]));
  run.progress("attach");
  for (const tool of tools) {
    await startSession(workspace, tool, "attach", tool.name === "tsm" ? [] : SHELL);
  }
  for (let round = 0; round < (isQuick ? 5 : 15); round++) {
    for (const tool of inTurn(tools, round)) {
      times.get(tool)?.push(await attachMs(workspace, tool, "attach", PROMPT.trimEnd()));
    }
  }
  run.report({
    what: "attach to the prompt of a session",
    unit: "ms",
    values: medians(times),
    goal: { is: "at most", limit: 40 },
  });
  for (const tool of tools) await tool.end("attach");
}

/** `tsm run` of a command that does nothing (bare: that shell, started for it alone). */
async function measureRun(run: Run): Promise<void> {
  const { workspace, isQuick } = run;
  for (const shell of RUN_SHELLS) {
    const program = Bun.which(shell);
    if (program === null) continue;
    run.progress(`run, ${shell}`);
    const session = `run-${shell}`;
    await workspace.run(["env", `SHELL=${program}`, TSM, "new", session]);
    const argv = [TSM, "run", session, "--", "true"];
    await workspace.run(argv); // its start-up files have been read
    const times = { tsm: [] as number[], bare: [] as number[] };
    for (let round = 0; round < (isQuick ? 10 : 40); round++) {
      times.bare.push(await workspace.timeRunMs([program, "-c", "true"]));
      times.tsm.push(await workspace.timeRunMs(argv));
    }
    await workspace.run([TSM, "kill", session]);
    const values = { tsm: median(times.tsm), bare: median(times.bare) };
    run.report({ what: `run: \`true\` in ${shell} (bare: that shell alone)`, unit: "ms", values });
  }
}

/** Milliseconds from starting the client until a text of the session is shown. */
export async function attachMs(
  workspace: Workspace,
  tool: SessionTool,
  session: string,
  text: string,
): Promise<number> {
  const startMs = performance.now();
  const terminal = new MeteredTerminal(workspace, tool.attachArgv(session));
  const ms = (await terminal.shown(text)) - startMs;
  await terminal.close();
  return ms;
}

/** Waits until a session accepts commands: screen returns earlier. */
async function serverOf(tool: SessionTool, session: string): Promise<void> {
  while (Number.isNaN(await tool.serverPid(session))) await Bun.sleep(5);
}

export function medians(times: ReadonlyMap<SessionTool, readonly number[]>): Row["values"] {
  return Object.fromEntries([...times].map(([{ name }, samples]) => [name, median(samples)]));
}
