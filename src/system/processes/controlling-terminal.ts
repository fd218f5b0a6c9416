import { readStat } from "./proc-files.ts";
import { runPs } from "./ps.ts";

/** Majors of Unix98 PTY slaves: devices.txt of the kernel. */
const FIRST_PTY_MAJOR = 136;
const LAST_PTY_MAJOR = 143;

/**
 * The controlling terminal of a process, as an opaque text that can only be compared; undefined
 * when it has none or the system does not report it.
 */
export function controllingTerminalOf(pid: number): string | undefined {
  const isLinux = process.platform === "linux";
  const terminal = isLinux ? String(readStat(pid)?.terminal ?? 0) : ttyFromPs(pid);
  return terminal === "" || terminal === "0" || terminal === "??" ? undefined : terminal;
}

function ttyFromPs(pid: number): string {
  return runPs(["-o", "tty=", "-p", String(pid)]).trim();
}

/** Path of a terminal as {@link controllingTerminalOf} has it; undefined when it is not a PTY. */
export function terminalPathOf(terminal: string): string | undefined {
  if (process.platform !== "linux") return `/dev/${terminal}`;
  // tty_nr: the minor number in bits 31 to 20 and 7 to 0, the major in bits 15 to 8.
  const number = Number(terminal);
  const major = (number >> 8) & 0xff;
  const minor = (number & 0xff) | ((number >>> 12) & 0xfff00);
  const isPty = major >= FIRST_PTY_MAJOR && major <= LAST_PTY_MAJOR;
  return isPty ? `/dev/pts/${(major - FIRST_PTY_MAJOR) * 256 + minor}` : undefined;
}
