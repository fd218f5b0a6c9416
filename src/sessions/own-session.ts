import { readFileSync } from "node:fs";

import { TsmError } from "../base/errors.ts";
import { ifAccessible } from "../base/system-access.ts";
import { currentSession, variable, type Environment } from "../config/environment.ts";
import { socketPath, type Config } from "../config/paths.ts";
import { controllingTerminalOf } from "../system/processes/controlling-terminal.ts";
import { sessionNames } from "./list.ts";
import { placeOf } from "./files/places.ts";
import { probeSession } from "./wire/requests.ts";
import { isSocket } from "./files/socket-files.ts";

/** The session that a process appears to run in. */
export interface OwnSession {
  name: string;
  /** PID of the process on the session's PTY. */
  pid: number;
  /**
   * Whether this process's controlling terminal is the session's. False in a terminal that was
   * started from the session and has inherited its variables, in tmux, or under cron.
   */
  isOwnTerminal: boolean;
}

/**
 * Finds the session around this process, under its current name; undefined when the environment
 * names no live session.
 */
export async function findOwnSession(
  config: Config,
  env: Environment,
): Promise<OwnSession | undefined> {
  const told = presentName(env);
  if (told === undefined) return undefined;
  const terminal = controllingTerminalOf(process.pid);
  const named = await ask(config, told);
  if (named !== undefined && isAt(named, terminal)) return { ...named, isOwnTerminal: true };
  // The session may have been renamed since. Others are probed only if a terminal can identify it.
  const renamed = terminal === undefined ? undefined : await findByTerminal(config, terminal);
  if (renamed !== undefined) return { ...renamed, isOwnTerminal: true };
  return named === undefined ? undefined : { ...named, isOwnTerminal: false };
}

/** The session's name from the environment: the name file follows a rename, the variable cannot. */
export function presentName(env: Environment): string | undefined {
  const file = variable(env, "TSM_SESSION_FILE");
  if (file === undefined) return currentSession(env);
  // ENOENT: the file was cleaned up.
  return (
    ifAccessible(() => readFileSync(file, "utf8").replace(/\n$/, "") || currentSession(env)) ??
    currentSession(env)
  );
}

interface Found {
  name: string;
  pid: number;
}

async function findByTerminal(config: Config, terminal: string): Promise<Found | undefined> {
  const all = await Promise.all(sessionNames(config).map((name) => ask(config, name)));
  return all.find((found) => found !== undefined && isAt(found, terminal));
}

function isAt({ pid }: Found, terminal: string | undefined): boolean {
  return terminal !== undefined && controllingTerminalOf(pid) === terminal;
}

async function ask(config: Config, name: string): Promise<Found | undefined> {
  const path = socketPath(placeOf(config, name), name);
  if (!isSocket(path)) return undefined;
  try {
    const { pid } = await probeSession(path);
    return { name, pid };
  } catch (error) {
    if (error instanceof TsmError) return undefined; // the daemon is gone, or does not answer
    throw error;
  }
}
