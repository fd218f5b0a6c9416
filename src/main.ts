import { fillsTerminal } from "./cli/terminal-commands.ts";
import { useEnvironment } from "./config/environment.ts";
import { readStartEnvironment } from "./pty/start-environment.ts";

async function main(): Promise<never> {
  const words = process.argv.slice(2);
  if (fillsTerminal(words)) {
    // Without a word and without a terminal on its input this program lists the sessions.
    (await import("./cli/attach/early-terminal.ts")).takeTerminalEarly(words.length > 0);
  }
  useEnvironment(await readStartEnvironment());
  const [word, name, ...rest] = words;
  if (word === "--daemon" && name !== undefined) {
    const { defaultConfig } = await import("./config/find-config.ts");
    const { startDaemon } = await import("./daemon/launch/start-daemon.ts");
    process.exit(await startDaemon(defaultConfig(), name, rest));
  }
  const { runCommandLine } = await import("./cli/run-command-line.ts");
  return await runCommandLine(words);
}

void main();
