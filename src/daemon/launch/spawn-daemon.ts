import { processEnvironment, type Environment } from "../../config/environment.ts";
import { defaultConfig } from "../../config/find-config.ts";
import { loadSettings } from "../../config/load-settings.ts";
import type { Config } from "../../config/paths.ts";
import type { Settings } from "../../config/settings.ts";
import { ownCommand } from "./own-command.ts";

/** How to start a session; everything left out comes from this process. */
export interface SpawnDaemonOptions {
  /** Environment of the session's processes. */
  env?: Environment;
  /** The session stays when its command has ended, until somebody has seen how. */
  holds?: boolean;
  /** The user's settings; by default those of the configuration file. */
  settings?: Settings;
  /**
   * The command that starts a daemon when `--daemon NAME [word…]` is appended. By default it is this
   * package's own program; in a compiled program that program itself, which must then pass these
   * words to `startDaemon`.
   */
  self?: readonly string[];
}

/**
 * Starts a session in a daemon of its own, in the working directory, and returns when it is running.
 * @param argv what to run; empty for the user's shell.
 * @throws TsmError when the name is invalid (`invalid-name`) or taken (`exists`), or the command
 * cannot be started (`spawn-failed`).
 */
export function spawnDaemon(
  config: Config,
  name: string,
  argv: readonly string[] = [],
  options: SpawnDaemonOptions = {},
): Promise<void> {
  return spawnDaemonInDir(config, name, argv, process.cwd(), options);
}

/** The same in a given directory. */
export async function spawnDaemonInDir(
  config: Config,
  name: string,
  argv: readonly string[],
  dir: string,
  options: SpawnDaemonOptions = {},
): Promise<void> {
  const { env = processEnvironment(), holds = false, self = ownCommand() } = options;
  const settings = options.settings ?? (await loadSettings(env));
  const { spawnDaemonProcess } = await import("./daemon-process.ts");
  // The daemon finds its directory by the environment alone.
  const isFound = defaultConfig(env).socketDir === config.socketDir;
  await spawnDaemonProcess({
    config,
    name,
    argv,
    dir,
    env: isFound ? env : { ...env, TSM_DIR: config.socketDir },
    holds,
    self,
    settings,
  });
}
