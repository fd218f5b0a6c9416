import { readFileSync, statSync } from "node:fs";

import { ifAccessible } from "../base/system-access.ts";
import { listProc, numbersIn, readProcLink } from "./processes/proc-files.ts";

/** A Unix socket that has been given a path, whether that still leads to it or not. */
export interface BoundSocket {
  path: string;
  /** Number of the socket, as in `socket:[N]` of /proc/PID/fd. */
  inode: string;
  isListening: boolean;
}

/** `__SO_ACCEPTCON` of the kernel: the socket listens. */
const ACCEPTS = 0x10000;
/** Num, RefCount, Protocol, Flags, Type, St, Inode, Path: proc_net_unix of proc(5). */
const ENTRY = /^\S+ \S+ \S+ (\S+) \S+ \S+ +(\d+) (\/.*)$/s;
/** Where the next entry begins: a path may hold line feeds, which the kernel does not escape. */
const NEXT_ENTRY = /\n(?=[0-9a-f]{8,16}: [0-9A-F]{8} )/;

/**
 * The sockets of this machine that are bound to paths; each path is as its owner wrote it. Empty
 * where the system does not report them (not Linux).
 */
export function boundSockets(): BoundSocket[] {
  return readBytes("/proc/net/unix")
    .toString("utf8")
    .replace(/\n$/, "")
    .split(NEXT_ENTRY)
    .flatMap((entry) => {
      const [, flags = "0", inode = "", path = ""] = ENTRY.exec(entry) ?? [];
      if (path === "") return [];
      return [{ path, inode, isListening: (Number.parseInt(flags, 16) & ACCEPTS) !== 0 }];
    });
}

/**
 * The process of this user that has a socket open, or undefined. A path does not prove who bound
 * it: another user may have, in a place with other directories.
 */
export function ownerOf(inode: string): number | undefined {
  const link = `socket:[${inode}]`;
  return numbersIn("/proc").find((pid) => isOurs(pid) && hasOpen(pid, link));
}

function isOurs(pid: number): boolean {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === process.getuid?.();
}

function hasOpen(pid: number, link: string): boolean {
  const dir = `/proc/${pid}/fd`;
  return (listProc(dir) ?? []).some((fd) => readProcLink(`${dir}/${fd}`) === link);
}

function readBytes(path: string): Buffer {
  return ifAccessible(() => readFileSync(path)) ?? Buffer.alloc(0);
}
