import type { TerminalBackend } from "../../src/terminal/backend.ts";

/** A capture with its pieces joined, as a client receives it. */
export interface JoinedCapture {
  rows: number;
  cols: number;
  bytes: Uint8Array;
  runRow: number | undefined;
}

/** Captures a terminal with at most the given number of lines above the screen. */
export function captureOf(backend: TerminalBackend, scrollbackLines: number): JoinedCapture {
  const { rows, cols, runRow, pieces } = backend.openCapture(scrollbackLines);
  return { rows, cols, runRow, bytes: Buffer.concat([...pieces]) };
}
