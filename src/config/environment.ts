import type { Environment } from "../base/environment.ts";

export type { Environment } from "../base/environment.ts";

let own: Environment = process.env;

/** Returns this process's environment. Other parts of tsm are passed what they need from it. */
export function processEnvironment(): Environment {
  return own;
}

/** Sets the environment at the start of a program whose runtime has an environment of its own. */
export function useEnvironment(environment: Environment): void {
  own = environment;
  // The runtime computes clock times and reads TZ from its own environment.
  const timeZone = variable(environment, "TZ");
  if (timeZone !== undefined) process.env["TZ"] = timeZone;
}

/** A variable's value; an empty one counts as unset, as everywhere in this program. */
export function variable(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === "" ? undefined : value;
}

/** Name of the session that this process runs in, if any. */
export function currentSession(env: Environment): string | undefined {
  return variable(env, "TSM_SESSION");
}

/**
 * The control sequences that a terminal obeys. `dumb`: none, or unknown ones. `console`: the usual
 * ones; queries and newer sequences may be printed as text. `full`: the terminal at least ignores
 * the sequences that it does not know.
 */
export type TerminalKind = "dumb" | "console" | "full";

const CONSOLES = /^(?:linux|vt\d|cons\d|sun|wyse|wy\d|wsvt)/;

export function terminalKind(env: Environment): TerminalKind {
  const term = variable(env, "TERM");
  if (term === undefined || term === "dumb") return "dumb";
  return CONSOLES.test(term) ? "console" : "full";
}

/** Whether the terminal obeys no control sequences at all. */
export function isDumbTerminal(env: Environment): boolean {
  return terminalKind(env) === "dumb";
}

/** The user's shell: `$SHELL`, else `/bin/sh`. */
export function defaultShell(env: Environment): string {
  return variable(env, "SHELL") ?? "/bin/sh";
}

/** The PTY driver that `$TSM_PTY` requires, if it names one. */
export function requestedDriver(env: Environment): "bun" | "bun-pty" | undefined {
  const value = variable(env, "TSM_PTY");
  return value === "bun" || value === "bun-pty" ? value : undefined;
}
