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
  const own = variable(env, "TSM_DIR");
  // A slash at the end would put the logs inside the directory.
  if (own !== undefined) return withoutTrailingSlashes(own);
  const runtime = variable(env, "XDG_RUNTIME_DIR");
  if (runtime !== undefined) return `${withoutTrailingSlashes(runtime)}/tsm`;
  const temporary = variable(env, "TMPDIR") ?? "/tmp";
  return `${withoutTrailingSlashes(temporary)}/tsm-${uid}`;
}

function withoutTrailingSlashes(path: string): string {
  const stripped = path.replace(/\/+$/, "");
  return stripped;
}

/** Path of a session's socket. The name is not checked here. */
export function socketPath(config: Config, name: string): string {
  return `${config.socketDir}/${name}`;
}
