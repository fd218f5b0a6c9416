import { privateMB } from "./processes.ts";
import type { Row } from "./row.ts";
import { inTurn, type Run } from "./run.ts";
import { attachMs, medians } from "./starting.ts";
import { writeText, type TextKind } from "./text.ts";
import { openTerminal, type SessionTool } from "./tools.ts";

/** More than 10 000 lines of either kind. */
const FILE_BYTES: Record<"plain" | "coloured", number> = { plain: 1e6, coloured: 3e6 };
/** Time until a daemon has returned free memory. */
const SETTLE_MS = 5000;
const LAST_LINE = "END-OF-TEXT";
const PRINTER = `stty -echo; read -r go; cat "$1"; echo ${LAST_LINE}; exec sleep 600`;

/** Memory of a session with 10 000 lines of scrollback, and the time to see it again. */
export async function measureScrollback(run: Run): Promise<void> {
  for (const kind of ["plain", "coloured"] as const) await measureKind(run, kind);
}

async function measureKind(run: Run, kind: TextKind & keyof typeof FILE_BYTES): Promise<void> {
  const { workspace, isQuick } = run;
  const tools = run.tools.filter(({ hasScreen }) => hasScreen);
  const file = workspace.path(`scrollback-${kind}.txt`);
  writeText(file, kind, FILE_BYTES[kind]);
  const memory: Row["values"] = {};
  const times = new Map<SessionTool, number[]>(tools.map((tool) => [tool, []]));
  for (const tool of tools) {
    run.progress(`10 000 lines of scrollback, ${kind}, ${tool.name}`);
    const session = `scrollback-${kind}`;
    // Beside another session that has printed, the pages of the binary count as shared, as usual.
    const beside = ["sh", "-c", 'cat "$1"; exec sleep 600', "sh", file];
    await (await openTerminal(workspace, tool, `beside-${kind}`, beside)).close();
    const terminal = await openTerminal(workspace, tool, session, [
      "sh",
      "-c",
      PRINTER,
      "sh",
      file,
    ]);
    const shown = terminal.shown(LAST_LINE);
    const typing = setInterval(() => terminal.type("go\n"), 100);
    await shown.finally(() => clearInterval(typing));
    await terminal.close();
    await Bun.sleep(SETTLE_MS);
    memory[tool.name] = privateMB(await tool.serverPid(session));
  }
  for (let round = 0; round < (isQuick ? 3 : 11); round++) {
    for (const tool of inTurn(tools, round)) {
      times.get(tool)?.push(await attachMs(workspace, tool, `scrollback-${kind}`, LAST_LINE));
    }
  }
  run.report({
    what: `10 000 lines of ${kind} scrollback: private memory`,
    unit: "MB",
    values: memory,
    goal: { is: "at most", limit: 20 },
  });
  run.report({
    what: `10 000 lines of ${kind} scrollback: attach until the screen is shown`,
    unit: "ms",
    values: medians(times),
    goal: { is: "at most", limit: 80 },
  });
  for (const tool of tools) {
    await tool.end(`scrollback-${kind}`);
    await tool.end(`beside-${kind}`);
  }
}
