import { statSync } from "node:fs";

import { ifAccessible } from "../../base/system-access.ts";
import { parseObject } from "../../base/json-object.ts";
import type { Config } from "../../config/paths.ts";
import { readArtifact, removeArtifact, writeArtifact } from "./artifacts.ts";

/** Which build of this program a daemon runs. */
export interface DaemonBuildInfo {
  executable: string;
  /** When the executable was last written, Unix seconds. */
  modTimeUnix: number;
}

/** The build that runs in this process; undefined when its executable has been removed. */
export function currentBuildInfo(
  executable: string = process.execPath,
): DaemonBuildInfo | undefined {
  // The executable was removed, or we may not read it.
  return ifAccessible(() => ({
    executable,
    modTimeUnix: Math.floor(statSync(executable).mtimeMs / 1000),
  }));
}

/** Records which build a session's daemon runs. @throws a system error. */
export function writeDaemonBuildInfo(
  config: Config,
  session: string,
  { executable, modTimeUnix }: DaemonBuildInfo,
): void {
  const text = JSON.stringify({ executable, mod_time_unix: modTimeUnix });
  writeArtifact(config, "daemon-build", session, text);
}

/** The build that a session's daemon runs; undefined when the daemon has not recorded it. */
export function readDaemonBuildInfo(config: Config, session: string): DaemonBuildInfo | undefined {
  const text = readArtifact(config, "daemon-build", session)?.bytes.toString("utf8");
  const fields = parseObject(text ?? "");
  const executable = fields?.["executable"];
  const modTimeUnix = fields?.["mod_time_unix"];
  return typeof executable === "string" && typeof modTimeUnix === "number"
    ? { executable, modTimeUnix }
    : undefined;
}

/** Removes the record that {@link writeDaemonBuildInfo} made. */
export function removeDaemonBuildInfo(config: Config, session: string): void {
  removeArtifact(config, "daemon-build", session);
}

/** Whether a session's daemon runs an older build than `current`; an unknown build is not older. */
export function hasOlderBuild(
  config: Config,
  session: string,
  current: DaemonBuildInfo | undefined = currentBuildInfo(),
): boolean {
  const own = readDaemonBuildInfo(config, session);
  return own !== undefined && current !== undefined && own.modTimeUnix < current.modTimeUnix;
}
