import { CString, read, type Pointer } from "bun:ffi";

import { openLibc } from "../../system/libc.ts";

const POINTER_BYTES = 8;
const RTLD_DEFAULT = null;

/**
 * Texts whose pointers were moved to their ends. Other pointers are skipped.
 * @param pointers address of an array of pointers, each to the NUL after its text; a null pointer ends it.
 */
export function* textsBefore(pointers: Pointer): Generator<string> {
  for (let at = 0; ; at += POINTER_BYTES) {
    const end = Number(read.ptr(pointers, at));
    if (end === 0) return;
    if (read.u8(end as Pointer) !== 0) continue;
    let start = end;
    while (read.u8((start - 1) as Pointer) !== 0) start--;
    yield new CString(start as Pointer).toString();
  }
}

/** Address of the array in which the C library keeps the environment of this process. */
export function environmentPointers(): Pointer {
  const holder = process.platform === "darwin" ? holderOfMacOs() : holderByName();
  if (holder === null) throw new Error("the C library has no environment");
  return Number(read.ptr(holder)) as Pointer;
}

function holderByName(): Pointer | null {
  const { dlsym } = openLibc({ dlsym: { args: ["ptr", "cstring"], returns: "ptr" } });
  return dlsym(RTLD_DEFAULT, Buffer.from("environ\0")) as Pointer | null;
}

function holderOfMacOs(): Pointer | null {
  const { _NSGetEnviron: holder } = openLibc({ _NSGetEnviron: { args: [], returns: "ptr" } });
  return holder() as Pointer | null;
}
