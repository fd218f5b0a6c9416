/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

let own: Environment = process.env;

/** The environment of this process. Every other room is handed what it needs from here. */
export function processEnvironment(): Environment {
  return own;
}

/** For the start of a program whose runtime has an environment of its own. */
export function useEnvironment(environment: Environment): void {
  own = environment;
  // Clock times are the runtime's business.
  const timeZone = variable(environment, "TZ");
  if (timeZone !== undefined) process.env["TZ"] = timeZone;
}

/** A variable's value; one that is empty counts as unset, as everywhere in this program. */
export function variable(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === "" ? undefined : value;
}

/** Name of the session that this process runs in, if any. */
export function currentSession(env: Environment): string | undefined {
  return variable(env, "TSM_SESSION");
}

/** Whether the terminal obeys no control sequences at all, or nobody knows which. */
export function isDumbTerminal(env: Environment): boolean {
  const term = variable(env, "TERM");
  return term === undefined || term === "dumb";
}

/** The user's shell: `$SHELL`, else `/bin/sh`. */
export function defaultShell(env: Environment): string {
  return variable(env, "SHELL") ?? "/bin/sh";
}

/** The PTY driver that `$TSM_PTY` insists on, if it names one. */
export function requestedDriver(env: Environment): "bun" | "bun-pty" | undefined {
  const value = variable(env, "TSM_PTY");
  return value === "bun" || value === "bun-pty" ? value : undefined;
}
