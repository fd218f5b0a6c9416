import type { TerminalBackend, TerminalBackendOptions } from "./backend.ts";
import type { Snapshot } from "./read/read-snapshot.ts";

/** A model of a terminal, which can bring another one to the same state. The caller closes it. */
export async function newTerminalBackend(
  rows: number,
  cols: number,
  options: Omit<TerminalBackendOptions, "rows" | "cols"> = {},
): Promise<TerminalBackend> {
  const { createTerminalBackend } = await import("./xterm-backend.ts");
  return createTerminalBackend({ ...options, rows, cols });
}

/** A snapshot's text, one line of text each, from a row on; wrapped rows are joined. */
export async function readTextOf(snapshot: Snapshot, fromRow = 0): Promise<string[]> {
  const { readSnapshotText } = await import("./read/read-snapshot.ts");
  return readSnapshotText(snapshot, fromRow);
}
