import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const DIRECTORY = join(import.meta.dir, "../fixtures/recordings");

export interface Recording {
  name: string;
  bytes: Uint8Array;
}

/** Output of real programs on a screen of 24 rows and 80 columns, recorded by scripts/record. */
export function readRecordings(): Recording[] {
  return readdirSync(DIRECTORY)
    .filter((file) => file.endsWith(".gz"))
    .map((file) => ({
      name: file.slice(0, -3),
      bytes: Bun.gunzipSync(readFileSync(join(DIRECTORY, file))),
    }));
}

/** `count` offsets spread evenly over the bytes, including the end. */
export function cutsOf(bytes: Uint8Array, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.round(((i + 1) * bytes.length) / count));
}
