import { processEnvironment, requestedDriver, variable } from "../config/environment.ts";
import { loadSettings } from "../config/load-settings.ts";
import { findConfig } from "../config/find-config.ts";
import { placesOf } from "../sessions/files/places.ts";
import { defaultSettings } from "../config/settings.ts";
import { agentLinkOf } from "../daemon/agent-link.ts";
import { readDaemonArguments } from "../daemon/launch/daemon-arguments.ts";
import { runDaemonMain } from "../daemon/daemon-main.ts";
import { shellArgv } from "../shell/shell-argv.ts";

/** Runs one session in this process, as `spawnDaemon` has started it, and ends the process. */
export async function runDaemonProcess(name: string, words: readonly string[]): Promise<never> {
  const { argv: command, holds } = readDaemonArguments(words);
  const env = processEnvironment();
  const driver = requestedDriver(env);
  const shell = shellArgv(env);
  const [config] = placesOf(findConfig(env, process.getuid?.() ?? 0));
  const nameFile = variable(env, "TSM_SESSION_FILE");
  const link = agentLinkOf(config, env);
  // The command that started us has refused a wrong configuration; here it must not cost a session.
  const settings = await loadSettings(env).catch(() => defaultSettings());
  const status = await runDaemonMain({
    config,
    name,
    argv: command.length > 0 ? command : shell.argv,
    title: command.length > 0 ? command.join(" ") : shell.title,
    cwd: process.cwd(),
    env,
    shellFiles: command.length === 0 ? shell.files : undefined,
    holds,
    scrollbackLines: settings.session.scrollbackLines,
    ...(driver === undefined ? {} : { driver }),
    ...(nameFile === undefined ? {} : { nameFile }),
    ...(link === undefined ? {} : { agentLink: link }),
  });
  process.exit(status);
}
