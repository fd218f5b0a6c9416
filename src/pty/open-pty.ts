import { TsmError } from "../base/errors.ts";
import { canHaveBell } from "./bell.ts";
import { BunPtyDriver } from "./bun-pty-driver.ts";
import { loadBunPty } from "./bun-pty-library.ts";
import { BunTerminalDriver } from "./bun-terminal-driver.ts";
import type { Pty, PtyDriver, PtyHandlers, PtyOptions } from "./pty.ts";

/** Which driver would be taken now, and why. */
export interface DriverChoice {
  driver: PtyDriver;
  hasBell: boolean;
  reason: string;
}

/**
 * Chooses a driver: bun-pty with a bell, else Bun's terminal. bun-pty without a bell, driven by a
 * timer, is taken only on request: it costs CPU while idle.
 */
export function chooseDriver(requested?: PtyDriver): DriverChoice {
  if (requested === "bun") return { driver: "bun", hasBell: false, reason: "requested" };
  const hasBell = canHaveBell();
  if (requested === "bun-pty") return { driver: "bun-pty", hasBell, reason: "requested" };
  if (!hasBell) {
    return {
      driver: "bun",
      hasBell,
      reason: "no file watch can be had here for a terminal device",
    };
  }
  try {
    loadBunPty();
    return { driver: "bun-pty", hasBell, reason: "bun-pty with a bell works here" };
  } catch (error) {
    if (!(error instanceof TsmError)) throw error;
    return { driver: "bun", hasBell, reason: error.message };
  }
}

/**
 * Starts a program on a new PTY.
 * @throws TsmError `spawn-failed` when the program cannot be started.
 */
export function openPty(options: PtyOptions, handlers: PtyHandlers): Pty {
  const { driver, hasBell } = chooseDriver(options.driver);
  return driver === "bun"
    ? new BunTerminalDriver(options, handlers)
    : new BunPtyDriver(options, handlers, hasBell);
}
