import { processEnvironment, requestedDriver } from "../config/environment.ts";
import { configFromEnvironment } from "../config/paths.ts";
import { runDaemon } from "../daemon/run.ts";
import { shellArgv } from "../shell/shell-argv.ts";

/** Runs one session in this process, as `spawnDaemon` has started it, and ends the process. */
export async function runDaemonProcess(name: string, command: readonly string[]): Promise<never> {
  const env = processEnvironment();
  const driver = requestedDriver(env);
  const shell = shellArgv(env);
  const status = await runDaemon({
    config: configFromEnvironment(env, process.getuid?.() ?? 0),
    name,
    argv: command.length > 0 ? command : shell.argv,
    title: command.length > 0 ? command.join(" ") : shell.title,
    cwd: process.cwd(),
    ...(driver === undefined ? {} : { driver }),
  });
  process.exit(status);
}
