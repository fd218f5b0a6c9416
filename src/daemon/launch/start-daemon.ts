import { processEnvironment, requestedDriver, variable } from "../../config/environment.ts";
import { loadSettings } from "../../config/load-settings.ts";
import type { Config } from "../../config/paths.ts";
import { defaultSettings } from "../../config/settings.ts";
import { placesOf } from "../../sessions/files/places.ts";
import { shellArgv } from "../../shell/shell-argv.ts";
import type { DaemonOptions } from "../daemon-options.ts";
import { agentLinkOf } from "../agent-link.ts";
import { readDaemonArguments } from "./daemon-arguments.ts";

/**
 * Runs a session in this very process until it ends. Meant for a process that was started for that:
 * it takes over signals and exceptions, and standard output up to the word `ready`.
 * @param words what to run, as given after `--daemon NAME`; empty for the user's shell.
 * @returns the exit status for the process: 0, or 1 when the session could not be started.
 */
export async function startDaemon(
  config: Config,
  name: string,
  words: readonly string[] = [],
): Promise<number> {
  const { runDaemonMain } = await import("../daemon-main.ts");
  return await runDaemonMain(await daemonOptions(config, name, words));
}

/** The daemon's options, from its command line, the environment and the configuration file. */
async function daemonOptions(
  config: Config,
  name: string,
  words: readonly string[],
): Promise<DaemonOptions> {
  const { argv, holds, logDir } = readDaemonArguments(words);
  const env = processEnvironment();
  const [first] = placesOf(config);
  const place = logDir === undefined ? first : { ...first, logDir };
  const shell = shellArgv(env);
  const driver = requestedDriver(env);
  const nameFile = variable(env, "TSM_SESSION_FILE");
  const agentLink = agentLinkOf(place, env);
  // The starting process has refused a wrong configuration; here it must not cost a session.
  const settings = await loadSettings(env).catch(() => defaultSettings());
  return {
    config: place,
    name,
    argv: argv.length > 0 ? argv : shell.argv,
    title: argv.length > 0 ? argv.join(" ") : shell.title,
    cwd: process.cwd(),
    env,
    shellFiles: argv.length === 0 ? shell.files : undefined,
    holds,
    scrollbackLines: settings.session.scrollbackLines,
    ...(driver === undefined ? {} : { driver }),
    ...(nameFile === undefined ? {} : { nameFile }),
    ...(agentLink === undefined ? {} : { agentLink }),
  };
}
