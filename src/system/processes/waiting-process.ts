import { listProc, readProcLink, readProcText, readStat, readStatus } from "./proc-files.ts";

/** Where in the kernel a process sleeps that reads a terminal or waits for input: proc_pid_wchan(5). */
const INPUT_WAITS =
  /^(?:wait_woken|n_tty_read|tty_read|poll_schedule_timeout|do_select|do_poll|do_sys_poll|ep_poll)/;
/** What is said to those who may not know. */
const UNKNOWN_WAITS = ["", "0"];

/**
 * Whether a process sleeps until there is input, rather than runs or waits for another one. Where
 * the kernel does not tell where it sleeps, that it does; undefined where nothing is told.
 */
export function isWaitingForInput(pid: number): boolean | undefined {
  const stat = readStat(pid);
  if (stat === undefined) return undefined;
  if (stat.state !== "S") return false;
  const place = readProcText(`/proc/${pid}/wchan`) ?? "";
  return UNKNOWN_WAITS.includes(place) || INPUT_WAITS.test(place);
}

/** A shell keeps the files that it reads out of the way of those that its commands name. */
const FIRST_OWN_DESCRIPTOR = 10;
/** O_ACCMODE. */
const ACCESS_MODE = 3;

/**
 * Paths of the files that a shell has open to read commands from, without symbolic links; undefined
 * where nobody tells.
 */
export function filesReadBy(pid: number): string[] | undefined {
  return listProc(`/proc/${pid}/fd`)
    ?.filter((fd) => Number(fd) >= FIRST_OWN_DESCRIPTOR && isReadOnly(pid, fd))
    .map((fd) => readProcLink(`/proc/${pid}/fd/${fd}`) ?? "")
    .filter((path) => path.startsWith("/") && !path.startsWith("/dev/"));
}

/** What a process runs now, or undefined where nobody tells: it may have become another program. */
export function argvOf(pid: number): string[] | undefined {
  const words = readProcText(`/proc/${pid}/cmdline`)?.split("\0").slice(0, -1);
  return words === undefined || words.length === 0 ? undefined : words;
}

/** The foreground process group of a process's terminal, or undefined where nobody tells. */
export function foregroundGroupOf(pid: number): number | undefined {
  const group = readStat(pid)?.foregroundGroup ?? 0;
  return group > 0 ? group : undefined;
}

/** Shells keep their history open as well, to write to it: proc_pid_fdinfo(5). */
function isReadOnly(pid: number, fd: string): boolean {
  const flags = readStatus(`/proc/${pid}/fdinfo/${fd}`).get("flags");
  return flags === undefined || (Number.parseInt(flags, 8) & ACCESS_MODE) === 0;
}

/** A process's working directory, or undefined where nobody tells. */
export function directoryOf(pid: number): string | undefined {
  return readProcLink(`/proc/${pid}/cwd`);
}

/** Name of the program that leads a process group, or undefined where nobody tells. */
export function programOf(group: number): string | undefined {
  return readProcText(`/proc/${group}/comm`)?.trimEnd();
}
