import { constants } from "node:os";

import { exitCodeOf } from "../protocol/messages.ts";
import { TERMINAL_RESET } from "../protocol/terminal-reset.ts";
import { watchSession, type WatchEvent } from "../sessions/watch.ts";
import { readHistory } from "../terminal/read-snapshot.ts";
import type { CliContext } from "./command.ts";
import { failure } from "./failure.ts";
import { RawPrinter, type LivePrinter } from "./live-printers.ts";
import { standardOutput } from "./terminal-output.ts";

const FATAL_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The reset moves the cursor, which shall stay; what is restored with it shall not. */
const RESET_IN_PLACE = `\x1b\\\x1b7${TERMINAL_RESET}\x1b8\x1b[m\x1b(B\x0f`;

/**
 * Prints a session's last lines and then what it prints, until it ends, this process shall end, or
 * nobody reads any more.
 * @returns the exit status: the session's, 128 + n for a signal to this process, 0 without a reader.
 */
export async function followSession(
  context: CliContext,
  name: string,
  count: number,
  printer: LivePrinter,
): Promise<number> {
  const isTerminal = standardOutput(context.env).size !== undefined;
  const mustReset = isTerminal && printer instanceof RawPrinter;
  // Without a terminal to restore, signals do what they always do, also while a write waits.
  const ending = mustReset ? catchSignals() : undefined;
  try {
    return await printEvents(context, name, count, { printer, ending });
  } finally {
    if (mustReset) context.write(RESET_IN_PLACE);
  }
}

async function printEvents(
  context: CliContext,
  name: string,
  count: number,
  { printer, ending }: { printer: LivePrinter; ending: Promise<number> | undefined },
): Promise<number> {
  const events = watchSession(context.config, name, count);
  let hasBegun = false;
  for (;;) {
    const coming = events.next().catch((error: unknown) => {
      throw hasBegun ? error : failure("read session", name, error);
    });
    const next = await (ending === undefined ? coming : Promise.race([coming, ending]));
    if (typeof next === "number") return next;
    if (next.done === true) return 0;
    const event = next.value;
    if (!context.write(textOf(event, { printer, count, hasBegun }))) return 0;
    if (event.kind === "exit") return exitCodeOf(event.exit);
    if (event.kind === "snapshot" && hasBegun) {
      context.warn(
        `Some output was left out: session "${name}" printed more than could be written.`,
      );
    }
    hasBegun = true;
  }
}

function textOf(
  event: WatchEvent,
  { printer, count, hasBegun }: { printer: LivePrinter; count: number; hasBegun: boolean },
): string | Uint8Array {
  switch (event.kind) {
    case "snapshot": {
      const history = readHistory(event.snapshot);
      return hasBegun ? printer.skip(history) : printer.begin(history, count);
    }
    case "run-output":
    case "output":
      return printer.push(event.bytes);
    case "exit":
      return printer.end();
  }
}

/** The exit status of the first signal that asks this process to end. */
function catchSignals(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  for (const signal of FATAL_SIGNALS) {
    process.on(signal, () => resolve(128 + constants.signals[signal]));
  }
  return promise;
}
