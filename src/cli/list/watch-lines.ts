import { DEFAULT_SIZE } from "../../base/default-size.ts";
import { dieOf } from "../../system/fatal-signals.ts";
import { TerminalClaim } from "../../pty/user-terminal/terminal-claim.ts";
import type { CliContext } from "../command.ts";
import { cutText } from "./fit-columns.ts";
import { standardOutput, type OutputKind } from "../terminal-output.ts";

const INTERVAL_MS = 2000;

const OPEN_SCREEN = "\x1b[?1049h\x1b[?25l";
const CLOSE_SCREEN = "\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const ERASE_LINE = "\x1b[K";
const ERASE_BELOW = "\x1b[J";

type ReadLines = (output: OutputKind) => Promise<string[]>;

/**
 * Shows lines again every two seconds until the process is asked to end or nobody reads any more: in
 * place on a terminal that can do that, elsewhere one set after the other.
 */
export async function watchLines(context: CliContext, read: ReadLines): Promise<void> {
  await (standardOutput(context.env).obeysSequences
    ? watchOnTerminal(context, read)
    : watchInPipe(context, read));
}

async function watchInPipe(context: CliContext, read: ReadLines): Promise<void> {
  for (;;) {
    const lines = await read(standardOutput(context.env));
    if (!context.write(`${lines.join("\n")}\n`)) return;
    await Bun.sleep(INTERVAL_MS);
  }
}

async function watchOnTerminal(context: CliContext, read: ReadLines): Promise<void> {
  let next = Promise.withResolvers<"again">();
  const again = (): void => next.resolve("again");
  const end = Promise.withResolvers<"end">();
  const claim = new TerminalClaim({
    isRaw: false,
    leave: () => CLOSE_SCREEN,
    onContinue: () => {
      claim.write(Buffer.from(OPEN_SCREEN));
      again();
    },
    onGone: () => end.resolve("end"),
    // Ctrl+C is the usual way to end it, and no failure.
    onSignal: (signal) => (signal === "SIGINT" ? end.resolve("end") : dieOf(signal)),
  });
  process.on("SIGWINCH", again);
  claim.write(Buffer.from(OPEN_SCREEN));
  try {
    for (;;) {
      const output = standardOutput(context.env);
      const lines = await read(output);
      next = Promise.withResolvers();
      // A terminal that has not taken the last frame gets a later one.
      if (claim.pendingBytes === 0) claim.write(Buffer.from(frame(lines, output)));
      const timer = setTimeout(again, INTERVAL_MS);
      const what = await Promise.race([next.promise, end.promise]);
      clearTimeout(timer);
      if (what === "end") return;
    }
  } finally {
    process.off("SIGWINCH", again);
    await claim.release();
  }
}

/** The screen filled from its top; lines that do not fit below are counted in its last one. */
function frame(lines: readonly string[], { size }: OutputKind): string {
  const { rows, cols } = size ?? DEFAULT_SIZE;
  const fitting = lines.length <= rows ? lines : lines.slice(0, rows - 1);
  const more = lines.length - fitting.length;
  const shown = more === 0 ? fitting : [...fitting, `… ${more} more lines`];
  const drawn = shown.map((line) => `${cutText(line, cols)}${ERASE_LINE}`);
  return `${HOME}${drawn.join("\r\n")}${ERASE_BELOW}`;
}
