import { closeSync, existsSync, mkdirSync, openSync, readSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { TsmError, describeError, errnoOf } from "../base/errors.ts";
import type { Environment } from "./environment.ts";
import { configTemplate } from "./template.ts";

/** Far above the size of any configuration written by hand. */
const MAX_CONFIG_BYTES = 1024 * 1024;
const PART_BYTES = 16 * 1024;

/** `$TSM_CONFIG_FILE`, `$XDG_CONFIG_HOME/tsm/config.toml` or `~/.config/tsm/config.toml`. */
export function configPath(env: Environment = process.env): string {
  if (env["TSM_CONFIG_FILE"]) return resolve(env["TSM_CONFIG_FILE"]);
  const xdg = env["XDG_CONFIG_HOME"];
  // The XDG Base Directory Specification says to ignore relative paths.
  const base = xdg && isAbsolute(xdg) ? xdg : join(env["HOME"] || homedir(), ".config");
  return join(base, "tsm", "config.toml");
}

/**
 * Returns the text of the configuration file, or undefined when there is no such file.
 *
 * @throws TsmError `config` when the file exists but cannot be read.
 */
export function readConfigFile(path: string): string | undefined {
  try {
    return readText(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR") return undefined;
    throw new TsmError("config", `Cannot read the configuration ${path}: ${reason(error)}.`, {
      remedy: "Make it a file that you may read, or name another one in TSM_CONFIG_FILE.",
      cause: error,
    });
  }
}

/** Reads what is no regular file, too, which has no size: `/dev/null`, or a pipe of the shell's `<()`. */
function readText(path: string): string {
  const file = openSync(path, "r");
  try {
    const parts: Uint8Array[] = [];
    let left = MAX_CONFIG_BYTES;
    for (;;) {
      const part = Buffer.alloc(PART_BYTES);
      const length = readSync(file, part);
      if (length === 0) return Buffer.concat(parts).toString("utf8");
      parts.push(part.subarray(0, length));
      left -= length;
      if (left < 0) throw new Error("larger than 1 MiB");
    }
  } finally {
    closeSync(file);
  }
}

/**
 * Writes the commented default configuration, and creates its directory when it is missing.
 *
 * @throws TsmError `exists` when the file exists and `force` is false, `io` when writing fails.
 */
export function installConfig(path: string, force = false): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, configTemplate(), { flag: force ? "w" : "wx" });
  } catch (error) {
    if (errnoOf(error) === "EEXIST" && existsSync(path)) {
      throw new TsmError("exists", `Configuration ${path} exists already.`, {
        remedy: "Run 'tsm config install --force' to replace it.",
        cause: error,
      });
    }
    throw new TsmError("io", `Cannot write the configuration ${path}: ${reason(error)}.`, {
      remedy: "Make its directory writable, or name another file in TSM_CONFIG_FILE.",
      cause: error,
    });
  }
}

function reason(error: unknown): string {
  const known: Record<string, string> = {
    EACCES: "permission denied",
    EISDIR: "it is a directory",
    ENOSPC: "the disk is full",
    EROFS: "the file system is read-only",
    EEXIST: "a part of its path is no directory",
    ENOTDIR: "a part of its path is no directory",
  };
  return known[errnoOf(error) ?? ""] ?? describeError(error);
}
