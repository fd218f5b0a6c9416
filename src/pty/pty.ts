import type { WindowSize } from "./window-size.ts";

/** Which code drives the PTY: bun-pty's native core, or Bun's built-in terminal. */
export type PtyDriver = "bun-pty" | "bun";

export interface PtyOptions {
  /** Program and arguments; the program is looked up on PATH. Not empty. */
  argv: readonly string[];
  /** Working directory of the program. */
  cwd: string;
  /** Environment of the program; a variable that is undefined is not in it. */
  env: Readonly<Record<string, string | undefined>>;
  rows: number;
  cols: number;
  /** Bytes left free in front of every chunk handed to `onData`, for a frame header. Default 0. */
  headroom?: number;
  /** Insists on one driver; by default the best one that works here is taken. */
  driver?: PtyDriver;
}

/** Modes of a terminal, which programs change as they like: termios(3). */
export interface LineModes {
  /** Input is read by lines (ICANON): no line editor is at work. */
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
  /** Nothing that was typed waits any more; see `pendingInputBytes`. */
  onInputDrain?(): void;
  /** Called exactly once, after the last `onData`. */
  onExit(exit: PtyExit): void;
}

/**
 * A program on a PTY, as an event source of bytes. It has the limits that this process was started
 * with, and every signal does what it does by default. Whoever opens it closes it; it also closes itself after `onExit`.
 */
export interface Pty {
  readonly driver: PtyDriver;
  /** How new output is noticed, for diagnostics. */
  readonly wakeup: "poll" | "timer";
  readonly pid: number;
  /** Types bytes into the program. Never blocks; after the end it does nothing. */
  write(bytes: Uint8Array): void;
  /** Gives output back that nobody looks at any more, so that its memory is used again. */
  recycle(bytes: Uint8Array<ArrayBuffer>): void;
  /** Bytes typed that the program has not made room for yet, besides what the kernel holds. */
  readonly pendingInputBytes: number;
  /** Sets the window size; the kernel sends SIGWINCH when it differs. */
  resize(size: WindowSize): void;
  /** Holds the program back in the kernel: it blocks in its next write. Input goes on. Idempotent. */
  pause(): void;
  /**
   * Undoes `pause`. Idempotent.
   * @param maxBytes about so much is handed over before the caller can pause again, where the driver
   * can keep to that.
   */
  resume(maxBytes?: number): void;
  /** Sends a signal to the foreground process group; false when there is none any more. */
  signal(signal: NodeJS.Signals): boolean;
  /** How the terminal treats lines now, or undefined when it cannot be told. */
  lineModes(): LineModes | undefined;
  /** The foreground process group id, or undefined when there is none. */
  foregroundGroup(): number | undefined;
  /** Releases the PTY; what still runs on it gets SIGHUP from the kernel. Idempotent. */
  close(): void;
}
