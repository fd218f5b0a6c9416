import { ptr } from "bun:ffi";

import { lazyLibc } from "../system/libc.ts";

/** Requests of ioctl_tty(2). */
const TIOCGWINSZ = 0x5413n;
const TIOCSWINSZ = 0x5414n;

/** A terminal's size in characters and, where it is known, in pixels; else these are 0. */
export interface WindowSize {
  rows: number;
  cols: number;
  xPixels: number;
  yPixels: number;
}

/** Elsewhere than on Linux, functions with a variable number of arguments cannot be called. */
const isKnownSystem = process.platform === "linux";

const calls = lazyLibc({ ioctl: { args: ["i32", "u64", "ptr"], returns: "i32" } });

function callIoctl(fd: number, request: bigint, size: Uint16Array): boolean {
  return isKnownSystem && calls().ioctl(fd, request, ptr(size)) === 0;
}

/** The size of a terminal; undefined when it is not a terminal, or the system does not report it. */
export function readWindowSize(fd: number): WindowSize | undefined {
  const size = new Uint16Array(4); // struct winsize
  if (!callIoctl(fd, TIOCGWINSZ, size)) return undefined;
  const [rows = 0, cols = 0, xPixels = 0, yPixels = 0] = size;
  return { rows, cols, xPixels, yPixels };
}

/**
 * Sets the size of a terminal; on either end, its programs get SIGWINCH when it differs.
 * @returns false when it could not be set.
 */
export function setWindowSize(fd: number, size: WindowSize): boolean {
  const { rows, cols, xPixels, yPixels } = size;
  return callIoctl(fd, TIOCSWINSZ, Uint16Array.of(rows, cols, xPixels, yPixels));
}
