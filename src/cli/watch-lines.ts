import type { CliContext } from "./command.ts";
import { cutText } from "./fit-columns.ts";
import { standardOutput, type OutputKind } from "./terminal-output.ts";

const INTERVAL_MS = 2000;

const OPEN_SCREEN = "\x1b[?1049h\x1b[?25l";
const CLOSE_SCREEN = "\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const ERASE_LINE = "\x1b[K";
const ERASE_BELOW = "\x1b[J";

/**
 * Shows lines anew every two seconds until the process is asked to end or nobody reads any more: on
 * a terminal in place, elsewhere one set after the other.
 */
export async function watchLines(
  context: CliContext,
  read: (output: OutputKind) => Promise<string[]>,
): Promise<void> {
  const ending = Promise.withResolvers<"ended">();
  const end = (): void => ending.resolve("ended");
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, end);
  const isTerminal = standardOutput(context.env).size !== undefined;
  if (isTerminal) context.write(OPEN_SCREEN);
  try {
    for (;;) {
      const output = standardOutput(context.env);
      const lines = await read(output);
      const isRead = context.write(isTerminal ? frame(lines, output) : `${lines.join("\n")}\n`);
      if (!isRead) return;
      const next = Promise.withResolvers<"again">();
      const again = (): void => next.resolve("again");
      const timer = setTimeout(again, INTERVAL_MS);
      process.once("SIGWINCH", again);
      const what = await Promise.race([ending.promise, next.promise]);
      clearTimeout(timer);
      process.off("SIGWINCH", again);
      if (what === "ended") return;
    }
  } finally {
    if (isTerminal) context.write(CLOSE_SCREEN);
    for (const signal of signals) process.off(signal, end);
  }
}

/** The screen filled from its top; lines that do not fit below are counted in its last one. */
function frame(lines: readonly string[], { size }: OutputKind): string {
  const { rows, cols } = size ?? { rows: 24, cols: 80 };
  const fitting = lines.length <= rows ? lines : lines.slice(0, rows - 1);
  const more = lines.length - fitting.length;
  const shown = more === 0 ? fitting : [...fitting, `… ${more} more lines`];
  const drawn = shown.map((line) => `${cutText(line, cols)}${ERASE_LINE}`);
  return `${HOME}${drawn.join("\r\n")}${ERASE_BELOW}`;
}
