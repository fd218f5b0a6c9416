import type { Environment } from "../base/environment.ts";
import type { WindowSize } from "./window-size.ts";

/** Which code drives the PTY: bun-pty's native core, or Bun's built-in terminal. */
export type PtyDriver = "bun-pty" | "bun";

export interface PtyOptions {
  /** Program and arguments; the program is looked up on PATH. Not empty. */
  argv: readonly string[];
  /** Working directory of the program. */
  cwd: string;
  /** Environment of the program; a variable that is undefined is not in it. */
  env: Environment;
  rows: number;
  cols: number;
  /** Bytes left free in front of every chunk handed to `onData`, for a frame header. Default 0. */
  headroom?: number;
  /** Insists on one driver; by default, the best one that works here. */
  driver?: PtyDriver;
}

/** Modes of a terminal, which programs change as they like: termios(3). */
export interface LineModes {
  /** Input is read by lines (ICANON): no line editor is running. */
  isCanonical: boolean;
  /** What is typed is shown (ECHO). */
  hasEcho: boolean;
  /** LF is sent as CR LF (OPOST with ONLCR). */
  hasCrLf: boolean;
}

/** How a program ended: its exit code, or the signal that killed it (else 0). */
export interface PtyExit {
  code: number;
  signal: number;
}

export interface PtyHandlers {
  /**
   * Output of the program. The receiver owns the bytes until it gives them back with
   * `Pty.recycle`, or for ever. At least `headroom` bytes in front of them, in the same
   * ArrayBuffer, are the receiver's too.
   */
  onData(bytes: Uint8Array<ArrayBuffer>): void;
  /** All typed input has been written; see `pendingInputBytes`. */
  onInputDrain?(): void;
  /** Called exactly once, after the last `onData`. */
  onExit(exit: PtyExit): void;
}

/**
 * A program on a PTY, as an event source of bytes. It has the limits that this process was started
 * with, and every signal has its default action. The opener closes it; it also closes itself after
 * `onExit`.
 */
export interface Pty {
  readonly driver: PtyDriver;
  /** How new output is noticed, for diagnostics. */
  readonly wakeup: "poll" | "timer";
  readonly pid: number;
  /** Types bytes into the program. Never blocks; after the end it does nothing. */
  write(bytes: Uint8Array): void;
  /** Returns output that is no longer needed, so that its memory can be reused. */
  recycle(bytes: Uint8Array<ArrayBuffer>): void;
  /** Bytes typed that do not fit into the kernel yet, because the program has not read. */
  readonly pendingInputBytes: number;
  /** Sets the window size; the kernel sends SIGWINCH when it differs. */
  resize(size: WindowSize): void;
  /** Holds the program back in the kernel: it blocks in its next write. Input goes on. Idempotent. */
  pause(): void;
  /**
   * Undoes `pause`. Idempotent.
   * @param maxBytes about this much is delivered before the caller can pause again, where the driver
   * can limit it.
   */
  resume(maxBytes?: number): void;
  /** Sends a signal to the foreground process group; false when there is none left. */
  signal(signal: NodeJS.Signals): boolean;
  /** How the terminal treats lines now, or undefined when unknown. */
  lineModes(): LineModes | undefined;
  /** The foreground process group id, or undefined when there is none. */
  foregroundGroup(): number | undefined;
  /** Releases the PTY; processes still running on it get SIGHUP from the kernel. Idempotent. */
  close(): void;
}
