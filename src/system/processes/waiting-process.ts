import { listProc, readProcLink, readProcText, readStat, readStatus } from "./proc-files.ts";

/** Where in the kernel a process sleeps that reads a terminal or waits for input: proc_pid_wchan(5). */
const INPUT_WAITS =
  /^(?:wait_woken|n_tty_read|tty_read|poll_schedule_timeout|do_select|do_poll|do_sys_poll|ep_poll)/;
/** Contents of wchan when the kernel hides them. */
const UNKNOWN_WAITS = ["", "0"];

/**
 * Whether a process sleeps until there is input, rather than running or waiting for another process.
 * True for any sleep where the kernel hides its place; undefined where it reports nothing.
 */
export function isWaitingForInput(pid: number): boolean | undefined {
  const stat = readStat(pid);
  if (stat === undefined) return undefined;
  if (stat.state !== "S") return false;
  const place = readProcText(`/proc/${pid}/wchan`) ?? "";
  return UNKNOWN_WAITS.includes(place) || INPUT_WAITS.test(place);
}

/** Shells keep their own script descriptors at 10 and above. */
const FIRST_OWN_DESCRIPTOR = 10;
/** O_ACCMODE. */
const ACCESS_MODE = 3;

/**
 * Paths of the files that a shell has open to read commands from, without symbolic links; undefined
 * where the system does not report them.
 */
export function filesReadBy(pid: number): string[] | undefined {
  return listProc(`/proc/${pid}/fd`)
    ?.filter((fd) => Number(fd) >= FIRST_OWN_DESCRIPTOR && isReadOnly(pid, fd))
    .map((fd) => readProcLink(`/proc/${pid}/fd/${fd}`) ?? "")
    .filter((path) => path.startsWith("/") && !path.startsWith("/dev/"));
}

/** The current argv of a process, which may have become another program; undefined when unknown. */
export function argvOf(pid: number): string[] | undefined {
  const words = readProcText(`/proc/${pid}/cmdline`)?.split("\0").slice(0, -1);
  return words === undefined || words.length === 0 ? undefined : words;
}

/** The foreground process group of a process's terminal, or undefined when unknown. */
export function foregroundGroupOf(pid: number): number | undefined {
  const group = readStat(pid)?.foregroundGroup ?? 0;
  return group > 0 ? group : undefined;
}

/** Shells keep their history open as well, to write to it: proc_pid_fdinfo(5). */
function isReadOnly(pid: number, fd: string): boolean {
  const flags = readStatus(`/proc/${pid}/fdinfo/${fd}`).get("flags");
  return flags === undefined || (Number.parseInt(flags, 8) & ACCESS_MODE) === 0;
}

/** A process's working directory, or undefined when unknown. */
export function directoryOf(pid: number): string | undefined {
  return readProcLink(`/proc/${pid}/cwd`);
}

/** Name of the program that leads a process group, or undefined when unknown. */
export function programOf(group: number): string | undefined {
  return readProcText(`/proc/${group}/comm`)?.trimEnd();
}
