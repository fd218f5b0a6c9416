import { TsmError } from "../base/errors.ts";
import { loadSettings } from "../config/load-settings.ts";
import type { SpawnOptions } from "../daemon/launch/daemon-process.ts";
import type { CliContext } from "./command.ts";

/** Everything `spawnDaemonProcess` needs to start a session in the current directory with this user's settings. */
export async function spawnOptions(
  context: CliContext,
  name: string,
  argv: readonly string[],
): Promise<SpawnOptions> {
  const { config, env, self } = context;
  const settings = await loadSettings(env);
  return { config, name, argv, dir: currentDirectory(), env, self, settings };
}

/** @throws TsmError when the directory of this process has been removed. */
export function currentDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new TsmError("spawn-failed", "The current directory is gone.", {
      remedy: "Change to a directory that exists and try again.",
      cause: error,
    });
  }
}
