import { ptr } from "bun:ffi";
import { closeSync } from "node:fs";

import { errnoOf } from "../../base/errors.ts";
import { lazyLibc } from "../../system/libc.ts";

const EFD_FLAGS = 0o2000000 | 0o4000; // EFD_CLOEXEC, EFD_NONBLOCK
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const POLLIN = 1;
const POLLERR = 8;
const POLLHUP = 16;
const isArm = process.arch === "arm64";
const SYS_IO_SETUP = isArm ? 0 : 206;
const SYS_IO_DESTROY = isArm ? 1 : 207;
const SYS_IO_SUBMIT = isArm ? 2 : 209;
const SYS_IO_GETEVENTS = isArm ? 4 : 208;
const MAX_EVENTS = 8;
const EVENT_BYTES = 32;

/** struct iocb of <linux/aio_abi.h>: offsets of the fields that are set. */
const IOCB = { bytes: 64, opcode: 16, fildes: 20, buf: 24, flags: 56, resfd: 60 } as const;
const IOCB_CMD_POLL = 5;
const IOCB_FLAG_RESFD = 1;

/**
 * Calls once when a descriptor can be read, and does not read it: Bun's own streams read ahead, some
 * 150 KiB of a terminal's output, which then can neither be held back nor handed over.
 *
 * The kernel polls in the background (`IOCB_CMD_POLL` of io_submit(2)) and reports on an eventfd,
 * which Bun can wait for. A terminal has two wait queues, but that call can handle only one; an epoll
 * instance around the descriptor has one.
 */
export class ReadBell {
  readonly #context: bigint;
  readonly #epoll: number;
  readonly #eventFd: number;
  /** Kept alive: the kernel reads them when a poll is submitted. */
  readonly #iocb: Uint8Array;
  readonly #list: BigUint64Array;
  readonly #events = new Uint8Array(MAX_EVENTS * EVENT_BYTES);
  readonly #rings: AsyncIterator<Uint8Array>;
  readonly #onReadable: () => void;
  #isArmed = false;
  #isClosed = false;

  private constructor(context: bigint, epoll: number, eventFd: number, onReadable: () => void) {
    this.#context = context;
    this.#epoll = epoll;
    this.#eventFd = eventFd;
    this.#onReadable = onReadable;
    this.#iocb = encodePoll(epoll, eventFd);
    this.#list = BigUint64Array.of(BigInt(ptr(this.#iocb)));
    this.#rings = Bun.file(eventFd).stream()[Symbol.asyncIterator]();
    void this.#listen();
  }

  /** @returns undefined where the system does not have these calls, or has reached its limit. */
  static open(fd: number, onReadable: () => void): ReadBell | undefined {
    if (process.platform !== "linux") return undefined;
    const libc = calls();
    const context = new BigUint64Array(1);
    if (libc.syscall(SYS_IO_SETUP, MAX_EVENTS, ptr(context), 0, 0, 0) !== 0n) return undefined;
    const epoll = libc.epoll_create1(EPOLL_CLOEXEC);
    const event = new DataView(new ArrayBuffer(16));
    event.setUint32(0, POLLIN, true);
    const isAdded =
      libc.epoll_ctl(epoll, EPOLL_CTL_ADD, fd, ptr(new Uint8Array(event.buffer))) === 0;
    const eventFd = isAdded ? libc.eventfd(0, EFD_FLAGS) : -1;
    if (eventFd >= 0) return new ReadBell(context[0] ?? 0n, epoll, eventFd, onReadable);
    if (epoll >= 0) closeSync(epoll);
    libc.syscall(SYS_IO_DESTROY, context[0] ?? 0n, 0, 0, 0, 0);
    return undefined;
  }

  /** Whether this system has what is needed. */
  static isAvailable(): boolean {
    if (process.platform !== "linux") return false;
    const libc = calls();
    const context = new BigUint64Array(1);
    if (libc.syscall(SYS_IO_SETUP, 1, ptr(context), 0, 0, 0) !== 0n) return false;
    libc.syscall(SYS_IO_DESTROY, context[0] ?? 0n, 0, 0, 0, 0);
    return true;
  }

  /** Asks for one call: now if something can be read already, else when it can. */
  arm(): void {
    if (this.#isArmed || this.#isClosed) return;
    this.#isArmed = true;
    const list = ptr(this.#list);
    calls().syscall(SYS_IO_SUBMIT, this.#context, 1, list, 0, 0);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    calls().syscall(SYS_IO_DESTROY, this.#context, 0, 0, 0, 0);
    closeSync(this.#epoll);
    // Its result does not matter: the bell is closed.
    void this.#rings.return?.().catch(() => {});
    closeSync(this.#eventFd);
  }

  async #listen(): Promise<void> {
    while (await this.#hasRung()) {
      const events = ptr(this.#events);
      calls().syscall(SYS_IO_GETEVENTS, this.#context, 0, MAX_EVENTS, events, 0);
      this.#isArmed = false;
      this.#onReadable();
    }
  }

  async #hasRung(): Promise<boolean> {
    if (this.#isClosed) return false;
    try {
      const { done } = await this.#rings.next();
      return !this.#isClosed && done !== true;
    } catch (error) {
      if (errnoOf(error) !== undefined) return false; // EBADF: closed while we waited
      throw error;
    }
  }
}

function encodePoll(fd: number, eventFd: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(IOCB.bytes));
  view.setUint16(IOCB.opcode, IOCB_CMD_POLL, true);
  view.setUint32(IOCB.fildes, fd, true);
  view.setBigUint64(IOCB.buf, BigInt(POLLIN | POLLERR | POLLHUP), true);
  view.setUint32(IOCB.flags, IOCB_FLAG_RESFD, true);
  view.setUint32(IOCB.resfd, eventFd, true);
  return new Uint8Array(view.buffer);
}

const calls = lazyLibc({
  syscall: { args: ["i64", "i64", "i64", "i64", "i64", "i64"], returns: "i64" },
  epoll_create1: { args: ["i32"], returns: "i32" },
  epoll_ctl: { args: ["i32", "i32", "i32", "ptr"], returns: "i32" },
  eventfd: { args: ["u32", "i32"], returns: "i32" },
});
