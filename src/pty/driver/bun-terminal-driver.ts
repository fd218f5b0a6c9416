import { closeSync } from "node:fs";
import { constants } from "node:os";

import { TsmError, describeError } from "../../base/errors.ts";
import { findPtyDescriptors, openDescriptors, type PtyDescriptors } from "./descriptors.ts";
import { InputQueue, writeToMaster } from "./input-queue.ts";
import { readLineModes } from "../line-modes.ts";
import { loadLibc, TCOOFF, TCOON } from "../../system/system-calls.ts";
import type { LineModes, Pty, PtyHandlers, PtyOptions } from "../pty.ts";
import { sendSignal } from "../../system/processes/session-processes.ts";
import { setWindowSize, type WindowSize } from "../window-size.ts";

/** Checks, 1 ms apart, for output still in the kernel when the program has ended. */
const LAST_LOOKS = 100;

/**
 * Bun's own terminal: epoll or kqueue, so no limit on watches. The second choice because its
 * interface is younger and because every chunk has to be copied to leave room for a header.
 */
export class BunTerminalDriver implements Pty {
  readonly driver = "bun";
  readonly wakeup = "poll";
  readonly pid: number;
  readonly #terminal: Bun.Terminal;
  readonly #descriptors: PtyDescriptors | undefined;
  readonly #handlers: PtyHandlers;
  readonly #headroom: number;
  readonly #input: InputQueue;
  /** A descriptor of our own, which only we close; undefined where none was found. */
  #masterFd: number | undefined;
  #isPaused = false;
  #isClosed = false;

  constructor(options: PtyOptions, handlers: PtyHandlers) {
    this.#handlers = handlers;
    this.#headroom = options.headroom ?? 0;
    const before = openDescriptors();
    const { argv, cwd, env, cols, rows } = options;
    try {
      const child = Bun.spawn([...argv], {
        cwd,
        env,
        terminal: {
          cols,
          rows,
          data: (_, bytes) => this.#receive(bytes),
        },
      });
      if (child.terminal === undefined) throw new Error("no terminal");
      this.#terminal = child.terminal;
      this.pid = child.pid;
      void child.exited.then(() => this.#end(child, LAST_LOOKS));
    } catch (error) {
      throw new TsmError("spawn-failed", `cannot run ${argv[0] ?? ""}: ${describeError(error)}`, {
        cause: error,
      });
    }
    this.#descriptors = findPtyDescriptors(this.pid, before);
    this.#input = new InputQueue(() => handlers.onInputDrain?.());
    this.#openInput();
  }

  write(bytes: Uint8Array): void {
    if (!this.#isClosed && bytes.byteLength > 0) this.#input.push(bytes);
  }

  get pendingInputBytes(): number {
    return this.#input.pendingBytes;
  }

  recycle(): void {
    // Bun allocates every chunk, so none is reused.
  }

  resize(size: WindowSize): void {
    if (this.#isClosed || setWindowSize(this.#masterFd ?? -1, size)) return;
    this.#terminal.resize(size.cols, size.rows); // which knows no pixels
  }

  pause(): void {
    if (this.#isPaused || this.#isClosed || this.#descriptors === undefined) return;
    this.#isPaused = true;
    loadLibc().tcflow(this.#descriptors.slaveFd, TCOOFF);
  }

  resume(): void {
    if (!this.#isPaused || this.#isClosed || this.#descriptors === undefined) return;
    this.#isPaused = false;
    loadLibc().tcflow(this.#descriptors.slaveFd, TCOON);
  }

  lineModes(): LineModes | undefined {
    if (this.#isClosed || this.#descriptors === undefined) return undefined;
    return readLineModes(this.#descriptors.masterFd);
  }

  foregroundGroup(): number | undefined {
    if (this.#isClosed || this.#descriptors === undefined) return undefined;
    const group = loadLibc().tcgetpgrp(this.#descriptors.masterFd);
    return group > 0 ? group : undefined;
  }

  signal(signal: NodeJS.Signals): boolean {
    const group = this.foregroundGroup();
    return group !== undefined && sendSignal(-group, signal);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#input.close();
    if (this.#masterFd !== undefined) closeSync(this.#masterFd);
    this.#terminal.close();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    const owned = new Uint8Array(this.#headroom + bytes.byteLength);
    owned.set(bytes, this.#headroom);
    this.#handlers.onData(owned.subarray(this.#headroom));
  }

  /** Not through Bun's terminal: unread input would be queued there without bound. */
  #openInput(): void {
    if (this.#descriptors === undefined) {
      return this.#input.open((bytes) => Math.max(0, this.#terminal.write(bytes)));
    }
    this.#masterFd = loadLibc().duplicate(this.#descriptors.masterFd);
    loadLibc().setNonBlocking(this.#masterFd);
    this.#input.open(writeToMaster(this.#masterFd));
  }

  /** The program has ended; its last output may still be on the way through the event loop. */
  #end(child: Bun.Subprocess, looksLeft: number): void {
    if (this.#isClosed) return;
    this.resume();
    const masterFd = this.#descriptors?.masterFd;
    const isMoreComing = masterFd !== undefined && loadLibc().isReadable(masterFd);
    if (isMoreComing && looksLeft > 0) {
      setTimeout(() => this.#end(child, looksLeft - 1), 1);
      return;
    }
    const signal = signalNumber(child.signalCode);
    this.close();
    this.#handlers.onExit({ code: signal === 0 ? (child.exitCode ?? 0) : 0, signal });
  }
}

function signalNumber(signal: NodeJS.Signals | number | null): number {
  if (signal === null) return 0;
  return typeof signal === "number" ? signal : (constants.signals[signal] ?? 0);
}
