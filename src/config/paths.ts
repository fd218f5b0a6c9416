import { resolve } from "node:path";

import { variable, type Environment } from "./environment.ts";

/** Where a user's sessions live. */
export interface Config {
  /** One Unix socket per session, named like the session. */
  socketDir: string;
  /** Logs and sidecars: a sibling, so that a session may be called `logs`. */
  logDir: string;
  /**
   * Other places where this user has sessions that were started from other surroundings: they are
   * found and reached there, but nothing new begins there.
   */
  elsewhere?: readonly Config[];
}

/** A directory in which sessions may live. */
export interface Candidate {
  socketDir: string;
  /** What the system or the user has made already; undefined when the user names the place itself. */
  base?: string;
  /** Whether `base` is this user's own, rather than one that everybody uses. */
  isOwnBase?: boolean;
}

/**
 * The directories that an environment allows, the first of them first: `$TSM_DIR` alone, else
 * `$XDG_RUNTIME_DIR/tsm`, `$TMPDIR/tsm-UID`, `/tmp/tsm-UID`. Nothing is asked of the system.
 */
export function candidatesFrom(env: Environment, uid: number): Candidate[] {
  // Made absolute: a daemon has another working directory than the command that started it.
  const own = variable(env, "TSM_DIR");
  if (own !== undefined) return [{ socketDir: resolve(own) }];
  const runtimeDir = variable(env, "XDG_RUNTIME_DIR");
  const temporary = variable(env, "TMPDIR");
  return [
    ...(runtimeDir === undefined ? [] : [inRuntimeDir(runtimeDir)]),
    ...(temporary === undefined ? [] : [inTemporaryDir(temporary, uid)]),
    inTemporaryDir("/tmp", uid),
  ];
}

export function inRuntimeDir(dir: string): Candidate {
  const base = resolve(dir);
  return { socketDir: `${base}/tsm`, base, isOwnBase: true };
}

function inTemporaryDir(dir: string, uid: number): Candidate {
  const base = resolve(dir);
  return { socketDir: resolve(base, `tsm-${uid}`), base };
}

/** The directories of a place. */
export function configOf(socketDir: string): Config {
  return { socketDir, logDir: `${socketDir}.logs` };
}

/** The directories that the environment asks for first, whether they can be used or not. */
export function configFromEnvironment(env: Environment, uid: number): Config {
  const [first = { socketDir: `/tmp/tsm-${uid}` }] = candidatesFrom(env, uid);
  return configOf(first.socketDir);
}

/** Path of a session's socket. The name is not checked here. */
export function socketPath(config: Config, name: string): string {
  return `${config.socketDir}/${name}`;
}
