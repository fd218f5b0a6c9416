/** The C library: functions of it by name, and the error of the last call. */
import { dlopen, read, type FFIFunction, type Pointer } from "bun:ffi";
import { constants } from "node:os";

const isMac = process.platform === "darwin";

const CANDIDATES = isMac
  ? ["libSystem.B.dylib"]
  : ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1", "libc.so"];

/** The candidate that this system has, once one was found. */
let libraryName: string | undefined;

/** Opens functions of the C library. @throws Error when there is none under a known name. */
export function openLibc<const T extends Record<string, FFIFunction>>(functions: T) {
  // Before any call can fail: opening it afterwards could change the error.
  errnoPlace ??= openErrno();
  return openFunctions(functions);
}

function openFunctions<const T extends Record<string, FFIFunction>>(functions: T) {
  if (libraryName !== undefined) return dlopen(libraryName, functions).symbols;
  let failure: unknown;
  for (const name of CANDIDATES) {
    try {
      const { symbols } = dlopen(name, functions);
      libraryName = name;
      return symbols;
    } catch (error) {
      failure = error; // the next name may be the one of this system
    }
  }
  throw failure;
}

/** As {@link openLibc}, but at the first call: commands that need none of them start faster. */
export function lazyLibc<const T extends Record<string, FFIFunction>>(functions: T) {
  let symbols: ReturnType<typeof openLibc<T>> | undefined;
  return () => (symbols ??= openLibc(functions));
}

/** Each number has one name here: the first that has it, such as `EAGAIN`. */
const ERRNO_NAMES = new Map(
  Object.entries(constants.errno)
    .toReversed()
    .map(([name, code]) => [code, name]),
);

/** Returns the address of this thread's errno. */
let errnoPlace: (() => bigint | Pointer | null) | undefined;

function openErrno(): typeof errnoPlace & {} {
  if (isMac) {
    const { __error: place } = openFunctions({ __error: { args: [], returns: "ptr" } });
    return place;
  }
  const { __errno_location: place } = openFunctions({
    __errno_location: { args: [], returns: "ptr" },
  });
  return place;
}

/**
 * Name of the error of the last failed call of the C library, for example `ECONNREFUSED`. Read it
 * right after that call: anything that runs in between may change it.
 */
export function lastErrno(): string {
  const address = errnoPlace?.() ?? null;
  const code = typeof address === "number" ? read.i32(address, 0) : 0;
  return ERRNO_NAMES.get(code) ?? `errno ${code}`;
}
