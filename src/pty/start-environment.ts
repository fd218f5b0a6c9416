import { readFileSync } from "node:fs";

import { errnoOf } from "../base/errors.ts";

/** Set by code that runs before the runtime of a compiled binary: `scripts/runtime`. */
const RUNTIME_MARK = "TSM_RUNTIME";

/**
 * Whether the runtime was given another environment than this process was started with, so that the
 * user's variables do not affect it.
 */
export function hasHiddenEnvironment(): boolean {
  return RUNTIME_MARK in process.env || Object.keys(process.env).length === 0;
}

/** The environment that this process was started with. */
export async function readStartEnvironment(): Promise<Record<string, string>> {
  if (!hasHiddenEnvironment()) return { ...process.env } as Record<string, string>;
  return parseEnvironment(await readTexts());
}

/** @param texts `NAME=value`; anything else is left out, and the first value of a name counts. */
export function parseEnvironment(texts: Iterable<string>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    if (at > 0) environment[text.slice(0, at)] ??= text.slice(at + 1);
  }
  return environment;
}

async function readTexts(): Promise<Iterable<string>> {
  try {
    return readFileSync("/proc/self/environ", "utf8").split("\0");
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    // Not Linux, or no /proc. Loading the C library for it takes longer than reading the file.
    const { environmentPointers, textsBefore } = await import("./driver/hidden-texts.ts");
    return textsBefore(environmentPointers());
  }
}
