import { CString, ptr } from "bun:ffi";

import { openLibc } from "./libc.ts";

/** Terminals: termios(3), tcgetpgrp(3). */
interface TerminalCalls {
  /** Foreground process group of a terminal, or −1. Linux answers on the master only. */
  tcgetpgrp(fd: number): number;
  /** Id of the session whose terminal this is, or −1. Works on the master too. */
  tcgetsid(fd: number): number;
  /** Suspends (`TCOOFF`) or restarts (`TCOON`) output of a terminal. @returns 0, or −1. */
  tcflow(fd: number, action: number): number;
  /** Reads a terminal's modes into `termios`, an opaque struct. @returns 0, or −1. */
  tcgetattr(fd: number, termios: Uint8Array): number;
  /** Sets a terminal's modes at once; unread input is kept. @returns 0, or −1. */
  tcsetattr(fd: number, termios: Uint8Array): number;
  /** Changes modes to raw: no echo, no signals, no processing in either direction. */
  cfmakeraw(termios: Uint8Array): void;
  /** Path of the slave of a PTY master, or undefined. */
  slavePath(masterFd: number): string | undefined;
}

/** Descriptors: poll(2), dup(2), fcntl(2), pipe(2), memfd_create(2). */
interface DescriptorCalls {
  /** Whether bytes can be read from a descriptor right now. */
  isReadable(fd: number): boolean;
  /** Whether something can be written to a descriptor right now. */
  isWritable(fd: number): boolean;
  /** Whether the other end of a pipe, socket or terminal is gone. */
  hasHungUp(fd: number): boolean;
  /** A new descriptor of the same open file. */
  duplicate(fd: number): number;
  /** Makes standard input the same open file as `fd`. */
  replaceStandardInput(fd: number): void;
  /** Makes `target` a close-on-exec copy of `source` (Linux). False when refused. */
  replaceDescriptor(source: number, target: number): boolean;
  /** Makes reads and writes of an open file return at once, for every process that shares it. */
  setNonBlocking(fd: number): void;
  /** A pipe as [read end, write end] (Linux), or undefined. */
  openPipe(): [number, number] | undefined;
  /** An empty file in memory that may be executed and that programs do not inherit (Linux), or undefined. */
  createMemoryFile(name: string): number | undefined;
}

/** This process and others: sigaction(2), getrlimit(2), pidfd_open(2). */
interface ProcessCalls {
  /** Process group of this process. */
  getpgrp(): number;
  /** Removes every environment variable as the C library knows them (Linux). */
  clearEnvironment(): void;
  /** What a signal does, an opaque struct; undefined for a signal that has none. */
  signalAction(signal: number): Uint8Array | undefined;
  /** Sets what a signal does, to a value that `signalAction` returned earlier. */
  setSignalAction(signal: number, action: Uint8Array): void;
  /** Sends a signal to one thread of this process (Linux). */
  signalThread(tid: number, signal: number): void;
  /** Reads a resource's limits, two 64-bit numbers: soft and hard. @returns 0, or −1. */
  getrlimit(resource: number, limits: BigUint64Array): number;
  /** Sets a resource's limits. @returns 0, or −1. */
  setrlimit(resource: number, limits: BigUint64Array): number;
  /** A descriptor for a process that outlives its reaping (Linux), or undefined. */
  openPidfd(pid: number): number | undefined;
  /** The wait status of a process that has been reaped (Linux 6.15 and later), or undefined. */
  waitStatus(pidfd: number): number | undefined;
}

/** The few calls of the C library that Bun has no function for. All are signal-safe and cheap. */
export type Libc = TerminalCalls & DescriptorCalls & ProcessCalls;

const isMac = process.platform === "darwin";

/** Arguments of tcflow: termios(3). */
export const TCOOFF = isMac ? 1 : 0;
export const TCOON = isMac ? 2 : 1;

const TCSANOW = 0;
/** More than any system's struct sigaction. */
const SIGACTION_BYTES = 256;

const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = isMac ? 0x4 : 0x800;
const O_CLOEXEC = 0o2000000;
const MFD_CLOEXEC = 1;
const MFD_EXEC = 0x10;
const POLLIN = 1;
const POLLOUT = 4;
const POLLERR = 8;
const POLLHUP = 16;
const SYS_TGKILL = process.arch === "arm64" ? 131 : 234;
const SYS_PIDFD_OPEN = 434; // the same on x64 and arm64
const PIDFD_GET_INFO = 0xc0_40_ff_0bn; // _IOWR(0xFF, 11, struct pidfd_info of 64 bytes)
const PIDFD_INFO_EXIT = 1n << 3n;
const PIDFD_INFO_SIZE = 64;
const PIDFD_EXIT_CODE_OFFSET = 60;

let loaded: Libc | undefined;

/** Loads the C library once. @throws Error when there is none under a known name. */
export function loadLibc(): Libc {
  loaded ??= load();
  return loaded;
}

function load(): Libc {
  const symbols = openShared();
  const linux = isMac ? undefined : openLinux();
  return {
    ...terminalCalls(symbols),
    ...descriptorCalls(symbols, linux),
    ...processCalls(symbols, linux),
  };
}

type Shared = ReturnType<typeof openShared>;
type Linux = ReturnType<typeof openLinux> | undefined;

function terminalCalls(symbols: Shared): TerminalCalls {
  return {
    tcgetpgrp: (fd) => symbols.tcgetpgrp(fd),
    tcgetsid: (fd) => symbols.tcgetsid(fd),
    tcflow: (fd, action) => symbols.tcflow(fd, action),
    tcgetattr: (fd, termios) => symbols.tcgetattr(fd, ptr(termios)),
    tcsetattr: (fd, termios) => symbols.tcsetattr(fd, TCSANOW, ptr(termios)),
    cfmakeraw: (termios) => symbols.cfmakeraw(ptr(termios)),
    slavePath: (masterFd) => {
      const name = symbols.ptsname(masterFd);
      return typeof name === "number" ? new CString(name).toString() : undefined;
    },
  };
}

function descriptorCalls(symbols: Shared, linux: Linux): DescriptorCalls {
  return {
    isReadable: (fd) => (pollNow(symbols, fd, POLLIN) & POLLIN) !== 0,
    isWritable: (fd) => (pollNow(symbols, fd, POLLOUT) & POLLOUT) !== 0,
    hasHungUp: (fd) => (pollNow(symbols, fd, 0) & (POLLERR | POLLHUP)) !== 0,
    duplicate: (fd) => symbols.dup(fd),
    replaceStandardInput: (fd) => void symbols.dup2(fd, 0),
    replaceDescriptor: (source, target) => linux?.dup3(source, target, O_CLOEXEC) === target,
    setNonBlocking: (fd) => {
      const flags = symbols.fcntl(fd, F_GETFL, 0);
      symbols.fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    },
    openPipe: () => {
      const ends = new Int32Array(2);
      if (linux?.pipe2(ptr(ends), O_CLOEXEC) !== 0) return undefined;
      return [ends[0] ?? -1, ends[1] ?? -1];
    },
    createMemoryFile: (name) => {
      const cName = Buffer.from(`${name}\0`);
      // Kernels before 6.3 do not know MFD_EXEC, and allow every such file to be executed.
      for (const flags of [MFD_CLOEXEC | MFD_EXEC, MFD_CLOEXEC]) {
        const fd = linux?.memfd_create(ptr(cName), flags) ?? -1;
        if (fd >= 0) return fd;
      }
      return undefined;
    },
  };
}

function processCalls(symbols: Shared, linux: Linux): ProcessCalls {
  return {
    getpgrp: () => symbols.getpgrp(),
    clearEnvironment: () => void linux?.clearenv(),
    signalAction: (signal) => {
      const action = new Uint8Array(SIGACTION_BYTES);
      return symbols.sigaction(signal, null, ptr(action)) === 0 ? action : undefined;
    },
    setSignalAction: (signal, action) => void symbols.sigaction(signal, ptr(action), null),
    signalThread: (tid, signal) => void linux?.syscall(SYS_TGKILL, process.pid, tid, signal),
    getrlimit: (resource, limits) => symbols.getrlimit(resource, ptr(limits)),
    setrlimit: (resource, limits) => symbols.setrlimit(resource, ptr(limits)),
    openPidfd: (pid) => {
      const fd = Number(linux?.syscall(SYS_PIDFD_OPEN, pid, 0, 0) ?? -1);
      return fd >= 0 ? fd : undefined;
    },
    waitStatus: (pidfd) => {
      const info = new DataView(new ArrayBuffer(PIDFD_INFO_SIZE));
      info.setBigUint64(0, PIDFD_INFO_EXIT, true);
      if (linux?.ioctl(pidfd, PIDFD_GET_INFO, ptr(info)) !== 0) return undefined;
      const isFilled = (info.getBigUint64(0, true) & PIDFD_INFO_EXIT) !== 0n;
      return isFilled ? info.getInt32(PIDFD_EXIT_CODE_OFFSET, true) : undefined;
    },
  };
}

/** What poll(2) reports of a descriptor without waiting; 0 for nothing. */
function pollNow(symbols: Shared, fd: number, events: number): number {
  const pollfd = new DataView(new ArrayBuffer(8));
  pollfd.setInt32(0, fd, true);
  pollfd.setInt16(4, events, true);
  return symbols.poll(ptr(pollfd), 1, 0) > 0 ? pollfd.getInt16(6, true) : 0;
}

function openShared() {
  return openLibc({
    tcgetpgrp: { args: ["i32"], returns: "i32" },
    getpgrp: { args: [], returns: "i32" },
    tcgetsid: { args: ["i32"], returns: "i32" },
    tcflow: { args: ["i32", "i32"], returns: "i32" },
    tcgetattr: { args: ["i32", "ptr"], returns: "i32" },
    tcsetattr: { args: ["i32", "i32", "ptr"], returns: "i32" },
    cfmakeraw: { args: ["ptr"], returns: "void" },
    poll: { args: ["ptr", "u64", "i32"], returns: "i32" },
    dup: { args: ["i32"], returns: "i32" },
    dup2: { args: ["i32", "i32"], returns: "i32" },
    fcntl: { args: ["i32", "i32", "i64"], returns: "i32" },
    ptsname: { args: ["i32"], returns: "ptr" },
    getrlimit: { args: ["i32", "ptr"], returns: "i32" },
    setrlimit: { args: ["i32", "ptr"], returns: "i32" },
    sigaction: { args: ["i32", "ptr", "ptr"], returns: "i32" },
  });
}

function openLinux() {
  return openLibc({
    dup3: { args: ["i32", "i32", "i32"], returns: "i32" },
    clearenv: { args: [], returns: "i32" },
    memfd_create: { args: ["ptr", "u32"], returns: "i32" },
    pipe2: { args: ["ptr", "i32"], returns: "i32" },
    syscall: { args: ["i64", "i64", "i64", "i64"], returns: "i64" },
    ioctl: { args: ["i32", "u64", "ptr"], returns: "i32" },
  });
}
