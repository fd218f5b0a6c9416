import { anonymousMB } from "./processes.ts";
import type { Run } from "./run.ts";
import { openTerminal, startSession } from "./tools.ts";

const MAX_MB = 80;
const SECONDS = 20;
const QUICK_SECONDS = 8;
const LOOK_MS = 100;
const COMPANION = "churn-companion";
/** Titles, links and marks as builds and shells print them, in a thousand variations. */
const SCRIPT = `
const text = [];
for (let i = 0; i < 1000; i++) {
  text.push(
    "\\x1b]0;title " + i + "\\x07\\x1b]2;" + "t".repeat(i % 200) + "\\x07\\x1b[22;0t\\x1b[23;0t" +
    "\\x1b]133;A\\x07prompt \\x1b]133;B\\x07command " + i + "\\r\\n\\x1b]133;C\\x07" +
    "\\x1b]8;;file:///a/b/c/" + i + "\\x07link " + i + "\\x1b]8;;\\x07 \\x1b[38;5;" + (i % 256) + "mtext\\x1b[m\\r\\n" +
    "\\x1b[?1049h\\x1b[2J\\x1b[H" + "screen ".repeat(20) + "\\x1b[?1049l\\x1b]133;D;0\\x07",
  );
}
const bytes = Buffer.from(text.join(""));
const { writeSync } = require("node:fs");
const untilMs = Date.now() + 1000 * Number(process.argv.at(-1));
while (Date.now() < untilMs) for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
`;

/** Highest memory while a program keeps changing titles, links, marks and screens. */
export async function measureChurn(run: Run): Promise<void> {
  const { workspace, isQuick } = run;
  const seconds = isQuick ? QUICK_SECONDS : SECONDS;
  const values: Record<string, number> = {};
  for (const tool of run.tools.filter(({ hasScreen }) => hasScreen)) {
    run.progress(`titles, links, marks and screens for ${seconds} s, ${tool.name}`);
    await startSession(workspace, tool, COMPANION, ["sleep", "600"]);
    const argv = ["sh", "-c", 'sleep 1; "$@"; exec sleep 600', "sh", process.execPath];
    const all = [...argv, "-e", SCRIPT, `${seconds}`];
    const terminal = await openTerminal(workspace, tool, "churn", all);
    const pid = await tool.serverPid("churn");
    let most = 0;
    for (const endMs = Date.now() + (seconds + 1) * 1000; Date.now() < endMs;) {
      most = Math.max(most, anonymousMB(pid));
      await Bun.sleep(LOOK_MS);
    }
    values[tool.name] = most;
    await terminal.close();
    await tool.end("churn");
    await tool.end(COMPANION);
  }
  run.report({
    what: "peak private memory while titles, links, marks and screens change",
    unit: "MB",
    values,
    goal: { is: "at most", limit: MAX_MB },
  });
}
