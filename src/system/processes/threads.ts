import { numbersIn, parseStat, readProcText } from "./proc-files.ts";

const THREADS = "/proc/self/task";

/** A thread that waits in the kernel on one of the given descriptors. */
export interface WaitingThread {
  tid: number;
  fd: number;
}

const isArm = process.arch === "arm64";
const SYSTEM_CALLS = { read: isArm ? 63 : 0, write: isArm ? 64 : 1 } as const;

/**
 * A thread of this process that is inside read(2) or write(2) on one of the descriptors: proc(5),
 * `/proc/PID/task/TID/syscall`. Undefined when none is, or the system does not report it (not Linux).
 */
export function findThreadIn(
  call: keyof typeof SYSTEM_CALLS,
  fds: readonly number[],
): WaitingThread | undefined {
  if (process.platform !== "linux") return undefined;
  for (const tid of numbersIn(THREADS)) {
    const [number, firstArgument] = readThread(tid, "syscall").split(" ");
    const fd = Number(firstArgument);
    if (number === String(SYSTEM_CALLS[call]) && fds.includes(fd)) return { fd, tid };
  }
  return undefined;
}

/** Empty when the thread has ended, or this kernel does not show that file. */
function readThread(tid: number, file: string): string {
  return readProcText(`${THREADS}/${tid}/${file}`) ?? "";
}

/**
 * Whether the system reports where threads wait; some thread of this process is always waiting.
 * Where `wchan` is hidden or not compiled in, it is `0` for every thread.
 */
export function tellsWaits(): boolean {
  if (process.platform !== "linux") return false;
  const tids = numbersIn(THREADS).filter((tid) => tid !== process.pid);
  const sleeping = tids.filter((tid) => parseStat(readThread(tid, "stat")).state === "S");
  return sleeping.length === 0 || sleeping.some((tid) => waitsIn(tid) !== "");
}

/**
 * The kernel function that a thread of this process waits in: proc(5), `wchan`. Empty while it runs
 * and where the system does not report it.
 */
export function waitsIn(tid: number): string {
  const symbol = readThread(tid, "wchan");
  return symbol === "0" ? "" : symbol;
}
