import { TsmError } from "../base/errors.ts";
import { socketPath, type Config } from "../config/paths.ts";

/** Files and directories of ours that stand beside the sockets. */
const RESERVED_NAMES: readonly string[] = [".bash", ".zsh", ".fish", ".focus.json"];

/** Bytes of a path that `sockaddr_un` holds, its closing NUL not counted: unix(7). */
const MAX_SOCKET_PATH_BYTES = process.platform === "darwin" ? 103 : 107;

/** Length in bytes of the longest name whose socket can be bound in this directory. */
export function maxSessionNameLen(config: Config): number {
  return Math.max(0, MAX_SOCKET_PATH_BYTES - Buffer.byteLength(socketPath(config, "")));
}

/**
 * Checks that a name can be a session's: it becomes a file name, a path and a line on terminals.
 * @param config where given, the name must also fit into a socket path there.
 * @throws TsmError `invalid-name`.
 */
export function validateSessionName(name: string, config?: Config): void {
  const problem = problemWith(name, config);
  if (problem === undefined) return;
  throw new TsmError("invalid-name", `Invalid session name ${quoteName(name)}: it ${problem}.`, {
    remedy: "Choose a name like 'work' or 'api@feature-x'.",
  });
}

/** Whether {@link validateSessionName} would accept the name. */
export function isSessionName(name: string, config?: Config): boolean {
  return problemWith(name, config) === undefined;
}

/** A name in quotes for a message; what could move a cursor is shown as an escape. */
export function quoteName(name: string): string {
  const text = JSON.stringify(name).replace(
    /[\x7f-\x9f]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return text.length <= 80 ? text : `${text.slice(0, 60)}…"`;
}

function problemWith(name: string, config: Config | undefined): string | undefined {
  if (name === "") return "must not be empty";
  if (name.includes("/")) return "must not contain path separators";
  if (name.includes("\0")) return "must not contain null bytes";
  // Also keeps the names that begin with two dots free for files of ours.
  if (name === "." || name.startsWith("..")) return "must not be or start with '..'";
  if (/\p{Cc}/u.test(name)) return "must not contain control characters";
  if (!name.isWellFormed()) return "must be valid Unicode";
  if (RESERVED_NAMES.includes(name)) return "is reserved for tsm's own files";
  if (config === undefined) return undefined;
  const limit = maxSessionNameLen(config);
  const length = Buffer.byteLength(name);
  if (length <= limit) return undefined;
  return `is ${length} bytes long, and a socket in ${config.socketDir} takes at most ${limit}`;
}
