import type { Environment } from "../../config/environment.ts";
import { ALL_LINES } from "../../protocol/watch.ts";
import { usageError } from "../arguments.ts";
import { standardOutput } from "../terminal-output.ts";

/** A form in which a session's contents are printed. */
export type ReadFormat = "plain" | "vt" | "html" | "json";

/**
 * The one format that was asked for; without any, what standard output can show.
 * @throws TsmError `usage` for more than one.
 */
export function chooseFormat(
  flags: Partial<Record<ReadFormat, boolean | undefined>>,
  env: Environment,
  usage: string,
): ReadFormat {
  const [format, other] = (["plain", "vt", "html", "json"] as const).filter((it) => flags[it]);
  if (other !== undefined)
    throw usageError(`--${format} and --${other} exclude each other: ${usage}`);
  return format ?? (standardOutput(env).hasColor ? "vt" : "plain");
}

/** A number of lines, as `-n` takes it. @throws TsmError `usage` for anything else. */
export function parseLineCount(text: string, usage: string): number {
  const count = /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  if (count !== undefined) return Math.min(count, ALL_LINES);
  throw usageError(`-n needs a number of lines, 0 or more: ${usage}`);
}

/** The last so many; all without a number. */
export function lastOf<T>(all: readonly T[], count: number | undefined): readonly T[] {
  return count === undefined ? all : all.slice(Math.max(0, all.length - count));
}

/** Each line with its line feed. */
export function joinLines(lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
