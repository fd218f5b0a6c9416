import { isElf, readElf } from "./elf.ts";
import { entryStub } from "./entry-stub.ts";
import { unknownRuntime, type Executable } from "./executable.ts";
import { isMachO, readMachO, withoutStaleSignature } from "./mach-o.ts";

/**
 * Makes of Bun's runtime the one that tsm is compiled with. Two things are changed in it:
 *
 * - It starts with an empty environment, so that no variable of the user's (`BUN_OPTIONS`,
 *   `BUN_INSPECT`, `JSC_…`, `MIMALLOC_…`, and whatever else there is or will be) can make it run
 *   other code, listen, print, write files, or become a `bun`. The program reads the environment
 *   itself: `src/pty/start-environment.ts`.
 * - It leaves the limit of open files as it was, which it would raise: sessions inherit it.
 *
 * @throws Error when the runtime is not as expected.
 */
export function makeOwnRuntime(runtime: Uint8Array): Buffer {
  const bytes = Buffer.from(runtime);
  if (isElf(bytes)) return change(bytes, readElf(bytes));
  if (isMachO(bytes)) return withoutStaleSignature(change(bytes, readMachO(bytes)));
  throw unknownRuntime("it is neither ELF nor Mach-O");
}

function change(bytes: Buffer, executable: Executable): Buffer {
  const { arch, start, spare, entry } = executable;
  const stub = entryStub(arch, start, spare.address, entry);
  if (stub.byteLength > spare.size) throw unknownRuntime("there is too little room in it");
  bytes.set(stub, spare.offset);
  executable.setEntry(spare.address);
  executable.redirectImport("setrlimit", "getrlimit");
  return bytes;
}
