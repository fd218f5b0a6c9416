import { readFileSync, statSync } from "node:fs";

import { errnoOf, TsmError } from "../../base/errors.ts";
import { ifAccessible } from "../../base/system-access.ts";
import type { PassedOver } from "../../config/find-config.ts";
import type { Config } from "../../config/paths.ts";
import { userName } from "../../config/user-name.ts";
import type { LogoutPlan } from "../../daemon/launch/logout.ts";
import { checkSocketDir } from "../../sessions/files/directory.ts";
import { maxSessionNameLen } from "../../sessions/names.ts";
import { fine, problem, warning, type Check } from "./doctor-check.ts";

/** A daemon needs a dozen files and one for each client; a list needs one for each session. */
const FEW_OPEN_FILES = 256;
/** Room for names like `repo@feature-branch`. */
const SHORT_NAME_BYTES = 24;
const OTHERS = 0o077;

/** Checks the directories with owner and mode, and lists those that could not hold sessions. */
export function checkDirectories(config: Config, skipped: readonly PassedOver[]): Check[] {
  const { elsewhere = [] } = config;
  return [
    checkSockets(config),
    checkLogs(config),
    ...skipped.map(({ dir, reason }) => warning("socket directory", `skipped ${dir}: ${reason}`)),
    ...elsewhere.map(({ socketDir }) => fine("other sessions", `in ${socketDir}`)),
  ];
}

function checkSockets(config: Config): Check {
  const name = "socket directory";
  try {
    if (!checkSocketDir(config)) return fine(name, `${config.socketDir}: not created yet`);
  } catch (error) {
    if (error instanceof TsmError) return problem(name, error.message, error.remedy);
    throw error;
  }
  return fine(name, describeDirectory(config.socketDir) ?? config.socketDir);
}

function checkLogs({ logDir }: Config): Check {
  const name = "log directory";
  const facts = describeDirectory(logDir);
  if (facts === undefined) return fine(name, `${logDir}: not created yet`);
  const { mode, uid } = statSync(logDir);
  if (uid !== process.getuid?.()) return problem(name, facts, `Ask its owner to remove ${logDir}.`);
  return (mode & OTHERS) === 0
    ? fine(name, facts)
    : warning(name, facts, `Run 'chmod 700 ${logDir}'.`);
}

function describeDirectory(dir: string): string | undefined {
  try {
    const { uid, mode } = statSync(dir);
    const owner = userName({}, uid) || `uid ${uid}`;
    return `${dir}: owner ${owner}, mode ${(mode & 0o7777).toString(8)}`;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Checks the system limits that sessions can reach. */
export function checkLimits(config: Config): Check[] {
  return [checkNameLength(config), ...checkOpenFiles(readLimits())];
}

function checkNameLength(config: Config): Check {
  const name = "socket path";
  const limit = maxSessionNameLen(config);
  const fact = `session names can have up to ${limit} bytes`;
  const remedy = "Set TSM_DIR to a directory with a shorter path.";
  if (limit === 0) return problem(name, `${config.socketDir} is too long for sockets`, remedy);
  return limit < SHORT_NAME_BYTES ? warning(name, fact, remedy) : fine(name, fact);
}

function readLimits(): string {
  // No /proc on this system.
  return ifAccessible(() => readFileSync("/proc/self/limits", "utf8")) ?? "";
}

/** Checks the limit of open files. @param limits text of proc_pid_limits(5). */
export function checkOpenFiles(limits: string): Check[] {
  const [, soft = ""] = /^Max open files\s+(\S+)/m.exec(limits) ?? [];
  if (soft === "") return [];
  const isFew = soft !== "unlimited" && Number(soft) < FEW_OPEN_FILES;
  return isFew
    ? [warning("open files", `at most ${soft}`, `Run 'ulimit -n ${FEW_OPEN_FILES}' or higher.`)]
    : [fine("open files", `at most ${soft}`)];
}

/** Checks what a logout does to sessions; the plan includes how they are started because of it. */
export function checkLogout(plan: LogoutPlan): Check {
  return plan.survives ? fine("logout", plan.reason) : warning("logout", plan.reason, plan.remedy);
}
