import { TsmError } from "../base/errors.ts";
import { isHarmless, makeHarmless } from "../base/harmless-text.ts";
import { socketPath, type Config } from "../config/paths.ts";
import { MAX_SOCKET_PATH_BYTES } from "../system/socket-path.ts";

/** Names of tsm's own files and directories beside the sockets. */
const RESERVED_NAMES: readonly string[] = [".bash", ".zsh", ".fish", ".focus.json"];

/** NAME_MAX of Linux and macOS. */
const MAX_FILE_NAME_BYTES = 255;

declare const checked: unique symbol;

/**
 * A session's name that has been checked: a single file name that cannot lead to another directory.
 * Only the functions below create one. Names from outside (a command line, a message, a caller of
 * the library) are plain strings until they are checked.
 */
export type SessionName = string & { readonly [checked]: true };

/** Length in bytes of the longest name whose socket can be bound in this directory. */
export function maxSessionNameLen(config: Config): number {
  return Math.max(0, MAX_SOCKET_PATH_BYTES - Buffer.byteLength(socketPath(config, "")));
}

/**
 * Checks that a session can be given this name: it becomes a file name, a path and a line on
 * terminals.
 * @param config if given, the name must fit into a socket path there; else be one that a file can have.
 * @throws TsmError `invalid-name`.
 */
export function validateSessionName(name: string, config?: Config): SessionName {
  return checkedName(name, problemWith(name, config));
}

/** Whether {@link validateSessionName} would accept the name. */
export function isSessionName(name: string, config?: Config): name is SessionName {
  return problemWith(name, config) === undefined;
}

/**
 * Checks that a session of this name can exist. Other builds accept names that this one does not
 * give to sessions, with line ends or invisible characters in them.
 * @param config if given, the name must fit into a socket path there; else be one that a file can have.
 * @throws TsmError `invalid-name`.
 */
export function validateSessionAddress(name: string, config?: Config): SessionName {
  return checkedName(name, problemWithAddress(name) ?? problemWithLength(name, config));
}

/** Whether {@link validateSessionAddress} would accept the name. */
export function isSessionAddress(name: string, config?: Config): name is SessionName {
  return (problemWithAddress(name) ?? problemWithLength(name, config)) === undefined;
}

function checkedName(name: string, problem: string | undefined): SessionName {
  if (problem === undefined) return name as SessionName;
  throw new TsmError("invalid-name", `Invalid session name ${quoteName(name)}: it ${problem}.`, {
    remedy: "Choose a name like 'work' or 'api@feature-x'.",
  });
}

/** Quotes a name for a message; characters that are harmful to a terminal are escaped. */
export function quoteName(name: string): string {
  const text = makeHarmless(JSON.stringify(name));
  return text.length <= 80 ? text : `${text.slice(0, 60)}…"`;
}

function problemWith(name: string, config: Config | undefined): string | undefined {
  return problemWithAddress(name) ?? problemWithText(name) ?? problemWithLength(name, config);
}

/** Problem with a name that no session's files can have: it is reserved, or invalid in a path. */
function problemWithAddress(name: string): string | undefined {
  if (name === "") return "must not be empty";
  if (name.includes("/")) return "must not contain path separators";
  if (name.includes("\0")) return "must not contain null bytes";
  // This also reserves names that begin with two dots for tsm's own files.
  if (name === "." || name.startsWith("..")) return "must not be or start with '..'";
  if (!name.isWellFormed()) return "must be valid Unicode";
  return RESERVED_NAMES.includes(name) ? "is reserved for tsm's own files" : undefined;
}

/** Problem with a name that cannot be printed unchanged, or that looks like another name. */
function problemWithText(name: string): string | undefined {
  if (/\p{Cc}/u.test(name)) return "must not contain control characters";
  return isHarmless(name) ? undefined : "must not contain invisible characters";
}

/** Without a directory, what no file can be called: the system refuses to look such a name up. */
function problemWithLength(name: string, config: Config | undefined): string | undefined {
  const limit = config === undefined ? MAX_FILE_NAME_BYTES : maxSessionNameLen(config);
  const length = Buffer.byteLength(name);
  if (length <= limit) return undefined;
  const place = config === undefined ? "a file's name" : `a socket in ${config.socketDir}`;
  return `is ${length} bytes long, and ${place} takes at most ${limit}`;
}
