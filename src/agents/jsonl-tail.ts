import { type JsonObject, parseObject } from "../base/json-object.ts";
import { readFileEnd } from "./untrusted-files.ts";

/** The end of a file that is read: an agent's last actions are within it. */
export const MAX_TAIL_BYTES = 128 << 10;

export interface JsonlTail {
  /** The objects at the file's end, last first; each is parsed when the iteration reaches it. */
  entries: Iterable<JsonObject>;
  /** Unix seconds. */
  modifiedAt: number;
}

/**
 * Reads the end of a file of JSON lines. Lines that are not objects are left out: the last line may
 * be incomplete. If the file is longer than the part read, the part's first line is left out too.
 */
export function readJsonlTail(path: string): JsonlTail | undefined {
  const end = readFileEnd(path, MAX_TAIL_BYTES);
  if (end === undefined) return undefined;
  const text = end.isCut ? end.text.slice(end.text.indexOf("\n") + 1) : end.text;
  return { entries: entriesBackwards(text), modifiedAt: end.modifiedAt };
}

function* entriesBackwards(text: string): Generator<JsonObject> {
  for (let lineEnd = text.length; lineEnd > 0;) {
    const newline = text.lastIndexOf("\n", lineEnd - 1);
    const entry = newline + 1 < lineEnd ? parseObject(text.slice(newline + 1, lineEnd)) : undefined;
    if (entry !== undefined) yield entry;
    lineEnd = newline;
  }
}
