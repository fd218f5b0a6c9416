import { resolve } from "node:path";

import { variable, type Environment } from "./environment.ts";

/** Where a user's sessions live. */
export interface Config {
  /** One Unix socket per session, named like the session. */
  socketDir: string;
  /** Logs and sidecars: a sibling, so that a session may be called `logs`. */
  logDir: string;
}

/**
 * The directories that the environment asks for: `$TSM_DIR`, else `$XDG_RUNTIME_DIR/tsm`, else
 * `$TMPDIR/tsm-UID`, else `/tmp/tsm-UID`.
 */
export function configFromEnvironment(env: Environment, uid: number): Config {
  const socketDir = socketDirFrom(env, uid);
  return { socketDir, logDir: `${socketDir}.logs` };
}

function socketDirFrom(env: Environment, uid: number): string {
  // Made absolute: a daemon has another working directory than the command that started it.
  const own = variable(env, "TSM_DIR");
  if (own !== undefined) return resolve(own);
  const runtime = variable(env, "XDG_RUNTIME_DIR");
  if (runtime !== undefined) return resolve(runtime, "tsm");
  return resolve(variable(env, "TMPDIR") ?? "/tmp", `tsm-${uid}`);
}

/** Path of a session's socket. The name is not checked here. */
export function socketPath(config: Config, name: string): string {
  return `${config.socketDir}/${name}`;
}
