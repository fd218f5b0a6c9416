import { closeSync, openSync, statSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";

import { describeError, errnoOf } from "../../base/errors.ts";
import { explainSystemError, type SystemProblem } from "../../base/system-errors.ts";
import type { Config } from "../../config/paths.ts";
import { problem, type Check } from "./doctor-check.ts";

/** As much as a session's largest small file. */
const PROBE_BYTES = 4096;

/**
 * Reports directories that are in order but cannot be written to: a full disk
 * or quota, no inodes, a file system that is read-only.
 */
export function checkWritable(checks: readonly Check[], config: Config): Check[] {
  const directories: Readonly<Record<string, string>> = {
    "socket directory": config.socketDir,
    "log directory": config.logDir,
  };
  return checks.map((check) => {
    const directory = directories[check.name];
    if (directory === undefined || check.status === "problem") return check;
    const obstacle = findObstacle(nearestExisting(directory));
    if (obstacle === undefined) return check;
    return problem(check.name, `cannot write to ${directory}: ${obstacle.fact}`, obstacle.remedy);
  });
}

/** Why a file cannot be created and written in a directory; the probe is removed again. */
function findObstacle(directory: string): SystemProblem | undefined {
  // Two dots: no session can be called like this.
  const path = `${directory}/..doctor-${process.pid.toString(36)}`;
  let fd: number | undefined;
  try {
    fd = openSync(path, "wx", 0o600);
    writeSync(fd, new Uint8Array(PROBE_BYTES));
    return undefined;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    const remedy = "Set TSM_DIR to a directory of your own.";
    return explainSystemError(error) ?? { fact: describeError(error), remedy };
  } finally {
    if (fd !== undefined) {
      closeSync(fd);
      unlinkSync(path);
    }
  }
}

/** The directory itself, or its nearest existing parent. */
function nearestExisting(directory: string): string {
  let path = directory;
  while (statSync(path, { throwIfNoEntry: false }) === undefined && path !== dirname(path)) {
    path = dirname(path);
  }
  return path;
}
