import { loadLibc } from "./system-calls.ts";

const isMac = process.platform === "darwin";
const RLIMIT_NOFILE = isMac ? 8 : 7;
/** One descriptor for each connection; more than are ever open at once. */
const WANTED_OPEN_FILES = isMac ? 10_240n : 65_536n;

type Limits = BigUint64Array<ArrayBuffer>;

/** The limits that this process was started with, once they have been changed. */
let original: Limits | undefined;

/**
 * Lets this process open as many files as it may need. Programs have the limit that it was started
 * with itself, when they are started inside `withInheritance`.
 */
export function raiseOpenFileLimit(): void {
  if (original !== undefined) return;
  const limits: Limits = new BigUint64Array(2);
  if (loadLibc().getrlimit(RLIMIT_NOFILE, limits) !== 0) return;
  const [soft = 0n, hard = 0n] = limits;
  const wanted = hard < WANTED_OPEN_FILES ? hard : WANTED_OPEN_FILES;
  if (soft >= wanted) return;
  original = limits;
  loadLibc().setrlimit(RLIMIT_NOFILE, new BigUint64Array([wanted, hard]));
}

/** Runs `work` with the limit that this process was started with. */
export function withOriginalLimit<T>(work: () => T): T {
  if (original === undefined) return work();
  const own: Limits = new BigUint64Array(2);
  loadLibc().getrlimit(RLIMIT_NOFILE, own);
  loadLibc().setrlimit(RLIMIT_NOFILE, original);
  try {
    return work();
  } finally {
    loadLibc().setrlimit(RLIMIT_NOFILE, own);
  }
}
