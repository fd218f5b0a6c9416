import { type JsonObject, parseObject } from "../base/json-object.ts";
import { readFileEnd } from "./untrusted-files.ts";

/** What an agent did last stands within this; nothing before it is read. */
export const MAX_TAIL_BYTES = 128 << 10;

export interface JsonlTail {
  /** The objects of the file's end, last first; each is parsed when it is asked for. */
  entries: Iterable<JsonObject>;
  /** Unix seconds. */
  modifiedAt: number;
}

/**
 * The end of a file of JSON lines. A line that is not an object is left out: the last one may be
 * half written, and the first begins in the middle when the file is longer than what is read.
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
