import { existsSync } from "node:fs";

import { TsmError } from "../base/errors.ts";
import { BunPtyDriver } from "./driver/bun-pty-driver.ts";
import { loadBunPty } from "./driver/bun-pty-library.ts";
import { BunTerminalDriver } from "./driver/bun-terminal-driver.ts";
import { withDefaultSignals } from "../system/default-signals.ts";
import { withInheritance } from "../system/inheritance.ts";
import type { Pty, PtyDriver, PtyHandlers, PtyOptions } from "./pty.ts";
import { ReadBell } from "./driver/read-bell.ts";
import { tellsWaits } from "../system/processes/threads.ts";

/** Shows where a thread waits; needed to keep the library's reader off the master. */
const THREAD_CALLS = `/proc/self/task/${process.pid}/syscall`;

/** Which driver would be used now, and why. */
interface DriverChoice {
  driver: PtyDriver;
  reason: string;
}

/**
 * Chooses a driver: bun-pty where it can be read by events, else Bun's terminal. bun-pty that has
 * to be polled is used only on request: it costs CPU while idle.
 */
export function chooseDriver(requested?: PtyDriver): DriverChoice {
  if (requested !== undefined) return { driver: requested, reason: "requested" };
  if (!existsSync(THREAD_CALLS) || !tellsWaits() || !ReadBell.isAvailable()) {
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
  const { driver } = chooseDriver(options.driver);
  return withDefaultSignals(() =>
    withInheritance(() => {
      if (driver === "bun") return new BunTerminalDriver(options, handlers);
      if (options.driver === driver) return new BunPtyDriver(options, handlers);
      return openAtLeast(options, handlers);
    }),
  );
}

/** bun-pty does not report why a program cannot be started: Bun's terminal does, or starts it. */
function openAtLeast(options: PtyOptions, handlers: PtyHandlers): Pty {
  try {
    return new BunPtyDriver(options, handlers);
  } catch (error) {
    if (!(error instanceof TsmError) || error.code !== "spawn-failed") throw error;
    return new BunTerminalDriver(options, handlers);
  }
}
