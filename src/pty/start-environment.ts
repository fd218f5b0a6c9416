import { readFileSync } from "node:fs";

import { errnoOf } from "../base/errors.ts";

/**
 * The environment that this process was started with.
 *
 * The runtime of a compiled binary does not know it: code in front of it has made every variable an
 * empty string, so that none can act on the runtime (`scripts/runtime`). The texts are still where
 * the kernel has put them.
 */
export async function readStartEnvironment(): Promise<Record<string, string>> {
  const known = { ...process.env } as Record<string, string>;
  const isHidden = Object.keys(known).length === 0;
  // From the sources, or compiled by somebody else.
  if (!isHidden) return known;
  return parseEnvironment(await readTexts());
}

/** @param texts `NAME=value`; anything else is left out, and of a name's values the first counts. */
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
    const { environmentPointers, textsBefore } = await import("./hidden-texts.ts");
    return textsBefore(environmentPointers());
  }
}
