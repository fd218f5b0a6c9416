import { dlopen, read, type FFIFunction, type Pointer } from "bun:ffi";
import { constants } from "node:os";

const isMac = process.platform === "darwin";

const CANDIDATES = isMac
  ? ["libSystem.B.dylib"]
  : ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1", "libc.so"];

/** Opens functions of the C library. @throws Error when there is none under a known name. */
export function openLibc<const T extends Record<string, FFIFunction>>(functions: T) {
  errnoPlace ??= openErrno();
  return openFirst(functions);
}

function openFirst<const T extends Record<string, FFIFunction>>(functions: T) {
  let failure: unknown;
  for (const name of CANDIDATES) {
    try {
      return dlopen(name, functions).symbols;
    } catch (error) {
      failure = error; // the next name may be the one of this system
    }
  }
  throw failure;
}

/** Each number has one name here; the first of those that share it, as `EAGAIN`. */
const ERRNO_NAMES = new Map(
  Object.entries(constants.errno)
    .toReversed()
    .map(([name, code]) => [code, name]),
);

function openErrno(): () => bigint | Pointer | null {
  if (isMac) {
    const { __error: place } = openFirst({ __error: { args: [], returns: "ptr" } });
    return place;
  }
  const { __errno_location: place } = openFirst({ __errno_location: { args: [], returns: "ptr" } });
  return place;
}

/** Tells where the errno of this thread is. */
let errnoPlace: (() => bigint | Pointer | null) | undefined;

/**
 * Name of the error of the last failed call of the C library, for example `ECONNREFUSED`. To be
 * asked right after that call: whatever runs in between may change it.
 */
export function lastErrno(): string {
  const address = errnoPlace?.() ?? null;
  const code = typeof address === "number" ? read.i32(address, 0) : 0;
  return ERRNO_NAMES.get(code) ?? `errno ${code}`;
}
