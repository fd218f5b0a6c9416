import { readdirSync, readFileSync, readlinkSync } from "node:fs";

import { errnoOf } from "../../base/errors.ts";

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
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  if (stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) !== "S") return false;
  const place = readIfThere(`/proc/${pid}/wchan`) ?? "";
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
  try {
    return readdirSync(`/proc/${pid}/fd`)
      .filter((fd) => Number(fd) >= FIRST_OWN_DESCRIPTOR && isReadOnly(pid, fd))
      .map((fd) => linkOf(`/proc/${pid}/fd/${fd}`) ?? "")
      .filter((path) => path.startsWith("/") && !path.startsWith("/dev/"));
  } catch (error) {
    if (errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

/** What a process runs now, or undefined where nobody tells: it may have become another program. */
export function argvOf(pid: number): string[] | undefined {
  const words = readIfThere(`/proc/${pid}/cmdline`, "utf8")?.split("\0").slice(0, -1);
  return words === undefined || words.length === 0 ? undefined : words;
}

/** `tpgid` of proc(5), counted from the state on. */
const TPGID = 5;

/** The foreground process group of a process's terminal, or undefined where nobody tells. */
export function foregroundGroupOf(pid: number): number | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`) ?? "";
  const group = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[TPGID]);
  return group > 0 ? group : undefined;
}

/** Shells keep their history open as well, to write to it: proc_pid_fdinfo(5). */
function isReadOnly(pid: number, fd: string): boolean {
  const flags = /^flags:\s*([0-7]+)/m.exec(readIfThere(`/proc/${pid}/fdinfo/${fd}`) ?? "")?.[1];
  return flags === undefined || (Number.parseInt(flags, 8) & ACCESS_MODE) === 0;
}

/** A process's working directory, or undefined where nobody tells. */
export function directoryOf(pid: number): string | undefined {
  return linkOf(`/proc/${pid}/cwd`);
}

/** Name of the program that leads a process group, or undefined where nobody tells. */
export function programOf(group: number): string | undefined {
  return readIfThere(`/proc/${group}/comm`)?.trimEnd();
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== undefined) return undefined; // closed meanwhile
    throw error;
  }
}

function readIfThere(path: string, encoding: "utf8" | "latin1" = "latin1"): string | undefined {
  try {
    return readFileSync(path, encoding);
  } catch (error) {
    if (errnoOf(error) !== undefined) return undefined; // it has ended, or there is no /proc
    throw error;
  }
}
