import { isElf, readElf } from "./elf.ts";
import { entryPoint, initializer, type OwnVariables } from "./entry-code.ts";
import { CodeWriter, redirectImport, unknownRuntime } from "./executable.ts";
import { lastWords } from "./last-words.ts";
import { isMachO, readMachO, withoutStaleSignature } from "./mach-o.ts";

/**
 * The only environment of the runtime on Linux. With these options JavaScriptCore starts no threads
 * of its own: where no more can be started (`ulimit -u`) it would end the process, at any time, and a
 * daemon's session with it. The last one tells the program that its own environment is elsewhere.
 */
const OWN_VARIABLES: OwnVariables = [
  "BUN_JSC_useConcurrentJIT=0",
  "BUN_JSC_useConcurrentGC=0",
  "BUN_JSC_numberOfGCMarkers=1",
  "TSM_RUNTIME=1",
];

const LAST_WORDS =
  "tsm: this process got no more memory or threads, or the runtime has a defect.\n" +
  "Check the limits (ulimit -a), and try again.\n";

/**
 * Makes of Bun's runtime the one that tsm is compiled with. What is changed in it:
 *
 * - It starts with an environment of its own, so that no variable of the user's (`BUN_OPTIONS`,
 *   `BUN_INSPECT`, `JSC_…`, `MIMALLOC_…`, and whatever else there is or will be) can make it run
 *   other code, listen, print, write files, or become a `bun`. The program reads the environment
 *   itself: `src/pty/start-environment.ts`.
 * - It leaves the limit of open files as it was, which it would raise: sessions inherit it.
 * - When it gives up it says so in two lines instead of a crash report (Linux).
 *
 * @throws Error when the runtime is not as expected.
 */
export function makeOwnRuntime(runtime: Uint8Array): Buffer {
  const bytes = Buffer.from(runtime);
  if (isElf(bytes)) return changeElf(bytes);
  if (isMachO(bytes)) return changeMachO(bytes);
  throw unknownRuntime("it is neither ELF nor Mach-O");
}

function changeElf(bytes: Buffer): Buffer {
  const elf = readElf(bytes);
  const { arch, entry: next, environ, imports } = elf;
  const code = new CodeWriter(bytes, elf.spare);
  elf.divertCalls("abort", code.write(lastWords(arch, LAST_WORDS)));
  const at = code.address;
  const variables = OWN_VARIABLES;
  elf.setEntry(code.write(entryPoint({ arch, at, next, environ, variables })));
  redirectImport(bytes, "setrlimit", "getrlimit", imports);
  return bytes;
}

function changeMachO(bytes: Buffer): Buffer {
  const machO = readMachO(bytes);
  const { arch, entry: next, imports } = machO;
  const code = new CodeWriter(bytes, machO.spare);
  machO.setEntry(code.write(initializer({ arch, at: code.address, next })));
  redirectImport(bytes, "_setrlimit", "_getrlimit", imports);
  return withoutStaleSignature(bytes);
}
