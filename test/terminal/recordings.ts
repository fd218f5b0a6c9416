import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const DIRECTORY = join(import.meta.dir, "../fixtures/recordings");

export interface Recording {
  name: string;
  bytes: Uint8Array;
}

/** What real programs printed on a screen of 24 rows and 80 columns; made by scripts/record. */
export function readRecordings(): Recording[] {
  return readdirSync(DIRECTORY)
    .filter((file) => file.endsWith(".gz"))
    .map((file) => ({
      name: file.slice(0, -3),
      bytes: Bun.gunzipSync(readFileSync(join(DIRECTORY, file))),
    }));
}

/** `count` places spread over the bytes, the end among them. */
export function cutsOf(bytes: Uint8Array, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.round(((i + 1) * bytes.length) / count));
}
