const CANDIDATES =
  process.platform === "darwin"
    ? ["libSystem.B.dylib"]
    : ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1", "libc.so"];

/**
 * Opens the C library under the name that it has on this system.
 * @param open opens a library by its name.
 * @throws what `open` throws for the last name that was tried.
 */
export function openCLibrary<T>(open: (name: string) => T): T {
  let failure: unknown;
  for (const name of CANDIDATES) {
    try {
      return open(name);
    } catch (error) {
      failure = error; // the next name may be the one of this system
    }
  }
  throw failure;
}
