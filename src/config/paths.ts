import { resolve } from "node:path";

import { variable, type Environment } from "./environment.ts";

/** The place of a user's sessions. */
export interface Config {
  /** One Unix socket per session, named like the session. */
  socketDir: string;
  /** Logs and sidecars: a sibling of `socketDir`, so that a session may be called `logs`. */
  logDir: string;
  /**
   * Other places where this user has sessions, started with other environments: commands find and
   * reach those sessions, but no new ones are created there.
   */
  elsewhere?: readonly Config[];
}

/** A directory in which sessions may live. */
export interface Candidate {
  socketDir: string;
  /** The directory that must exist around `socketDir`; undefined when none is required. */
  base?: string;
  /** Whether `base` must be this user's own, rather than one shared by all users. */
  isOwnBase?: boolean;
}

/**
 * The directories that an environment allows, in order of precedence: `$TSM_DIR` alone, else
 * `$XDG_RUNTIME_DIR/tsm`, `$TMPDIR/tsm-UID`, `/tmp/tsm-UID`. Makes no system calls.
 */
export function candidatesFrom(env: Environment, uid: number): Candidate[] {
  // Made absolute, because a daemon's working directory differs from that of its command.
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

/** The directories of a place, given its socket directory. */
export function configOf(socketDir: string): Config {
  return { socketDir, logDir: `${socketDir}.logs` };
}

/** The directories that come first in this environment, whether they are usable or not. */
export function configFromEnvironment(env: Environment, uid: number): Config {
  const [first = { socketDir: `/tmp/tsm-${uid}` }] = candidatesFrom(env, uid);
  return configOf(first.socketDir);
}

/** Path of a session's socket. The name is not checked here. */
export function socketPath(config: Config, name: string): string {
  return `${config.socketDir}/${name}`;
}
