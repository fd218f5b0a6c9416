import { dlopen, ptr } from "bun:ffi";

import type { Environment } from "../../base/environment.ts";
import { TsmError, describeError } from "../../base/errors.ts";
import { loadFromMemory } from "./in-memory-library.ts";
import { loadLibc } from "../../system/system-calls.ts";
import { isEmbedded, nativeLibraryPath } from "./native-library.ts";
import type { PtyOptions } from "../pty.ts";
import { hasHiddenEnvironment } from "../start-environment.ts";

/** What `read` returns besides a count of bytes: the program has ended. */
export const READ_ENDED = -2;

/** The functions of bun-pty's native core. Handles are small integers; sizes are in cells. */
export interface BunPtyLibrary {
  /** @returns a handle, or a negative number when the program could not be started. */
  spawn(commandLine: string, cwd: string, env: Environment, cols: number, rows: number): number;
  /** Queues input without bound. */
  write(handle: number, bytes: Uint8Array): void;
  /** Never blocks, but for some 20 ms once, when the program has ended. */
  read(handle: number, target: Uint8Array): number;
  resize(handle: number, cols: number, rows: number): void;
  pid(handle: number): number;
  exitCode(handle: number): number;
  close(handle: number): void;
}

let loaded: BunPtyLibrary | undefined;

/**
 * Loads the library once.
 * @throws TsmError `io` when it cannot be loaded here: nothing in memory may be run, an unknown libc.
 */
export function loadBunPty(): BunPtyLibrary {
  loaded ??= load();
  return loaded;
}

function load(): BunPtyLibrary {
  try {
    // Programs get these variables, too, besides those that they are started with.
    if (hasHiddenEnvironment()) loadLibc().clearEnvironment();
    const path = nativeLibraryPath();
    const { symbols } = isEmbedded(path) ? loadFromMemory(path, open) : open(path);
    return {
      spawn: (commandLine, cwd, env, cols, rows) =>
        symbols.bun_pty_spawn(cString(commandLine), cString(cwd), environmentOf(env), cols, rows),
      write: (handle, bytes) => void symbols.bun_pty_write(handle, ptr(bytes), bytes.byteLength),
      read: (handle, target) => symbols.bun_pty_read(handle, ptr(target), target.byteLength),
      resize: (handle, cols, rows) => void symbols.bun_pty_resize(handle, cols, rows),
      pid: (handle) => symbols.bun_pty_get_pid(handle),
      exitCode: (handle) => symbols.bun_pty_get_exit_code(handle),
      close: (handle) => symbols.bun_pty_close(handle),
    };
  } catch (error) {
    throw new TsmError("io", `bun-pty cannot be loaded: ${describeError(error)}`, { cause: error });
  }
}

function open(path: string) {
  return dlopen(path, {
    bun_pty_spawn: { args: ["cstring", "cstring", "cstring", "i32", "i32"], returns: "i32" },
    bun_pty_write: { args: ["i32", "ptr", "i32"], returns: "i32" },
    bun_pty_read: { args: ["i32", "ptr", "i32"], returns: "i32" },
    bun_pty_resize: { args: ["i32", "i32", "i32"], returns: "i32" },
    bun_pty_get_pid: { args: ["i32"], returns: "i32" },
    bun_pty_get_exit_code: { args: ["i32"], returns: "i32" },
    bun_pty_close: { args: ["i32"], returns: "void" },
  });
}

function cString(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, "utf8");
}

/** Each variable ends with a NUL, and one more ends them all. */
function environmentOf(env: Environment): Uint8Array {
  const variables = Object.entries(env).filter(([, value]) => value !== undefined);
  return cString(variables.map(([name, value]) => `${name}=${value}\0`).join("") || "\0");
}

/**
 * The library gives every program a SHELL, that of the user database, unless there is one. A program
 * that is to have none is started by env(1), which becomes that program. Where there is no such
 * program the library has to find that out, so it gets the bare argv.
 */
export function withoutAddedShell({ argv, cwd, env }: PtyOptions): readonly string[] {
  if (env["SHELL"] !== undefined) return argv;
  if (Bun.which(argv[0] ?? "", { PATH: env["PATH"] ?? "", cwd }) === null) return argv;
  // A name with an equals sign would be a variable to env.
  const command = argv[0]?.includes("=") === true ? ["sh", "-c", 'exec "$0" "$@"', ...argv] : argv;
  return ["/usr/bin/env", "-u", "SHELL", ...command];
}

/**
 * Quotes argv for the library, which splits its command line by the rules of a POSIX shell. No
 * shell is involved.
 */
export function quoteCommandLine(argv: readonly string[]): string {
  return argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}
