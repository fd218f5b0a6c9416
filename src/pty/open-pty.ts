import { existsSync } from "node:fs";

import { TsmError } from "../base/errors.ts";
import { BunPtyDriver } from "./bun-pty-driver.ts";
import { loadBunPty } from "./bun-pty-library.ts";
import { BunTerminalDriver } from "./bun-terminal-driver.ts";
import { withDefaultSignals } from "./default-signals.ts";
import { withOriginalOpenFileLimit } from "./open-file-limit.ts";
import { ReadBell } from "./read-bell.ts";
import type { Pty, PtyDriver, PtyHandlers, PtyOptions } from "./pty.ts";

/** Shows where a thread waits; without it the library's reader cannot be sent away. */
const THREAD_CALLS = `/proc/self/task/${process.pid}/syscall`;

/** Which driver would be taken now, and why. */
export interface DriverChoice {
  driver: PtyDriver;
  reason: string;
}

/**
 * Chooses a driver: bun-pty where it can be read by events, else Bun's terminal. bun-pty that has
 * to be polled is taken only on request: it costs CPU while idle.
 */
export function chooseDriver(requested?: PtyDriver): DriverChoice {
  if (requested !== undefined) return { driver: requested, reason: "requested" };
  if (!existsSync(THREAD_CALLS) || !ReadBell.isAvailable()) {
    return { driver: "bun", reason: "bun-pty could only be polled on this system" };
  }
  try {
    loadBunPty();
    return { driver: "bun-pty", reason: "bun-pty can be read by events here" };
  } catch (error) {
    if (!(error instanceof TsmError)) throw error;
    return { driver: "bun", reason: error.message };
  }
}

/**
 * Starts a program on a new PTY.
 * @throws TsmError `spawn-failed` when the program cannot be started.
 */
export function openPty(options: PtyOptions, handlers: PtyHandlers): Pty {
  const Driver = chooseDriver(options.driver).driver === "bun" ? BunTerminalDriver : BunPtyDriver;
  const start = (): Pty => new Driver(options, handlers);
  return withDefaultSignals(() => withOriginalOpenFileLimit(start));
}
