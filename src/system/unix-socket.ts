import { ptr } from "bun:ffi";
import { closeSync } from "node:fs";

import { lastErrno, lazyLibc } from "./libc.ts";
import { MAX_SOCKET_PATH_BYTES } from "./socket-path.ts";

const isMac = process.platform === "darwin";

const AF_UNIX = 1;
const SOCK_STREAM = 1;
/** SOCK_CLOEXEC and SOCK_NONBLOCK of Linux; macOS sets these in other ways. */
const SOCKET_FLAGS = isMac ? 0 : 0o2000000 | 0o4000;
const FIOCLEX = 0x20006601n;
/** As many connections wait to be accepted as the system allows: net.core.somaxconn at most. */
const BACKLOG = 4096;

/** Offset of `sun_path` in `sockaddr_un`. */
const PATH_OFFSET = 2;

/** A file descriptor, or the name of the error. */
export type SocketResult = { fd: number; error?: undefined } | { fd?: undefined; error: string };

/** Who is at the other end of a Unix socket, as the kernel reports it. */
export interface Peer {
  uid: number;
  /** Process that has connected or listens; 0 where the system does not report it. */
  pid: number;
}

/**
 * Connects to a Unix socket by connect(2) and never waits: `EAGAIN` means that the listener's queue
 * is full. Bun's own connect reports every failure as ECONNREFUSED, and only that code means that
 * nothing listens. The caller closes the descriptor, which does not block and closes on exec.
 */
export function connectUnix(path: string): SocketResult {
  return withSocket(path, (fd, address) => calls().connect(fd, ptr(address), address.byteLength));
}

/**
 * Listens on a Unix socket that is bound to exactly this path, private from its first instant.
 * `EADDRINUSE` when the path exists. Closing the descriptor does not remove the path.
 */
export function listenUnix(path: string): SocketResult {
  const umask = process.umask(0o177);
  try {
    return withSocket(path, (fd, address) => {
      const bound = calls().bind(fd, ptr(address), address.byteLength);
      return bound === 0 ? calls().listen(fd, BACKLOG) : bound;
    });
  } finally {
    process.umask(umask);
  }
}

/** Who is at the other end of a connection; undefined when the kernel does not report it. */
export function peerOf(fd: number): Peer | undefined {
  return isMac ? peerOnMac(fd) : peerOnLinux(fd);
}

function withSocket(path: string, use: (fd: number, address: Uint8Array) => number): SocketResult {
  const address = socketAddress(path);
  if (address === undefined) return { error: "ENAMETOOLONG" };
  const fd = calls().socket(AF_UNIX, SOCK_STREAM | SOCKET_FLAGS, 0);
  if (fd < 0) return { error: lastErrno() };
  if (isMac) calls().ioctl(fd, FIOCLEX);
  if (use(fd, address) === 0) return { fd };
  const error = lastErrno();
  closeSync(fd);
  return { error };
}

/** struct sockaddr_un; undefined when the path does not fit. */
function socketAddress(path: string): Uint8Array | undefined {
  const bytes = Buffer.from(path, "utf8");
  if (bytes.byteLength > MAX_SOCKET_PATH_BYTES || bytes.includes(0)) return undefined;
  const address = new Uint8Array(PATH_OFFSET + bytes.byteLength + 1);
  const view = new DataView(address.buffer);
  if (isMac) {
    view.setUint8(0, address.byteLength);
    view.setUint8(1, AF_UNIX);
  } else {
    view.setUint16(0, AF_UNIX, true);
  }
  address.set(bytes, PATH_OFFSET);
  return address;
}

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;

function peerOnLinux(fd: number): Peer | undefined {
  const ucred = new Int32Array(3); // pid, uid, gid: unix(7)
  const length = Uint32Array.of(ucred.byteLength);
  if (calls().getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ptr(ucred), ptr(length)) !== 0) return;
  return { pid: ucred[0] ?? 0, uid: (ucred[1] ?? 0) >>> 0 };
}

const SOL_LOCAL = 0;
const LOCAL_PEERCRED = 1;
const LOCAL_PEERPID = 2;
/** struct xucred: u32 version, u32 uid, then groups: unix(4) of macOS. */
const XUCRED_BYTES = 76;

function peerOnMac(fd: number): Peer | undefined {
  const xucred = new Uint32Array(XUCRED_BYTES / 4);
  const length = Uint32Array.of(XUCRED_BYTES);
  if (calls().getsockopt(fd, SOL_LOCAL, LOCAL_PEERCRED, ptr(xucred), ptr(length)) !== 0) return;
  const pid = new Int32Array(1);
  const pidLength = Uint32Array.of(pid.byteLength);
  const hasPid = calls().getsockopt(fd, SOL_LOCAL, LOCAL_PEERPID, ptr(pid), ptr(pidLength)) === 0;
  return { uid: xucred[1] ?? 0, pid: hasPid ? (pid[0] ?? 0) : 0 };
}

const calls = lazyLibc({
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  connect: { args: ["i32", "ptr", "u32"], returns: "i32" },
  bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
  listen: { args: ["i32", "i32"], returns: "i32" },
  getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
  ioctl: { args: ["i32", "u64"], returns: "i32" },
});
