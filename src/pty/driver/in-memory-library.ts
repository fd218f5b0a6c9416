import { closeSync, readFileSync } from "node:fs";

import { writeAll } from "../../base/write-descriptor.ts";
import { loadLibc } from "../../system/system-calls.ts";

/**
 * Loads a shared library that is embedded in this program, without a file: the runtime would unpack
 * it into the directory for temporary files, where there may be no room or no right to run anything,
 * where it would stay, and where somebody else may have put another one in its place.
 *
 * @param path where the library stands inside this program.
 * @param load opens a library by its path.
 * @throws Error where there are no files in memory, or none that may be run: memfd_create(2).
 */
export function loadFromMemory<T>(path: string, load: (path: string) => T): T {
  const library = readFileSync(path);
  const fd = loadLibc().createMemoryFile("bun-pty");
  if (fd === undefined) throw new Error("this system has no files in memory");
  try {
    writeAll(fd, library);
    return load(`/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd); // what is mapped stays
  }
}
