import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Environment } from "../base/environment.ts";
import { NAME_FILE } from "./shell-files.ts";

/** Belong to the session that a new one is started from, not to the new one. */
const SESSION_VARIABLES = ["TSM_SESSION", "TSM_SESSION_FILE", "TSM_SHELL_INTEGRATION"];

/** Prefix of variables that keep an original value while another one replaces it. */
export const ORIGINAL_PREFIX = "TSM_ORIG_";

/** Variables that point a shell at files of tsm, and the directory that such files are kept in. */
const REDIRECTED: Readonly<Record<string, string>> = {
  ZDOTDIR: ".zsh",
  XDG_CONFIG_HOME: ".fish",
};

/**
 * Value of ENV that has bash read its start-up file in the directory of `TSM_SESSION_FILE`. Bash
 * expands it: named like this, nothing in a session's name is.
 */
export const BASH_ENV_FILE = "${TSM_SESSION_FILE%/*}/start.bash";

/**
 * The environment of a session's processes: the caller's, without what another session left in it,
 * with `TSM_SESSION` and a `TERM` that programs can use.
 */
export function cleanEnvironment(env: Environment, sessionName: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const isOurs = SESSION_VARIABLES.includes(name) || name.startsWith(ORIGINAL_PREFIX);
    if (value !== undefined && !isOurs) result[name] = value;
  }
  for (const [name, directory] of Object.entries(REDIRECTED)) {
    const original = env[ORIGINAL_PREFIX + name];
    if (original) result[name] = original;
    else if (isShellDirectory(result[name], directory)) delete result[name];
  }
  const originalEnv = env[`${ORIGINAL_PREFIX}ENV`];
  if (originalEnv) result["ENV"] = originalEnv;
  else if (result["ENV"] === BASH_ENV_FILE) delete result["ENV"];
  if (!result["TERM"] || result["TERM"] === "dumb") result["TERM"] = "xterm-256color";
  result["TSM_SESSION"] = sessionName;
  return result;
}

function isShellDirectory(path: string | undefined, parent: string): boolean {
  return (
    path !== undefined && basename(dirname(path)) === parent && existsSync(join(path, NAME_FILE))
  );
}
