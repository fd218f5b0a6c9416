import { exitCodeOf } from "../../protocol/messages.ts";
import { TerminalUse } from "../../client/terminal-use.ts";
import { TerminalClaim } from "../../pty/user-terminal/terminal-claim.ts";
import { quoteName } from "../../sessions/names.ts";
import { watchSession, type WatchEvent } from "../../sessions/wire/watch.ts";
import { readHistory } from "../../terminal/read/read-snapshot.ts";
import { TsmError } from "../../base/errors.ts";
import type { CliContext } from "../command.ts";
import { failure } from "../failure.ts";
import { RawPrinter, type LivePrinter } from "./live-printers.ts";
import { ReaderWatch } from "./reader-watch.ts";
import { standardOutput } from "../terminal-output.ts";

/** The reset moves the cursor, which has to stay; what is restored with it has not. */
const inPlace = (reset: string): string => `\x1b\\\x1b7${reset}\x1b8\x1b[m\x1b(B\x0f`;
/** What the session does to the keyboard's stack, it does above this. */
const PUSH_KEYBOARD = "\x1b[>u";
/** The terminal is not asked: what is typed is for the shell. */
const UNKNOWN = { colors: new Map<string, string>() };
/** With more than this waiting for the terminal, the session's daemon has to wait. */
const MAX_PENDING_BYTES = 256 * 1024;

/** Writes output; false if the reader is gone. */
type Write = (bytes: string | Uint8Array) => Promise<boolean>;

/**
 * Prints a session's last lines and then what it prints, until it ends, this process is asked to end,
 * or the reader is gone.
 * @returns the exit status: the session's, or 0 without a reader.
 */
export async function followSession(
  context: CliContext,
  name: string,
  count: number,
  printer: LivePrinter,
): Promise<number> {
  const isTerminal = standardOutput(context.env).size !== undefined;
  const options = { context, name, count, printer };
  if (isTerminal && printer instanceof RawPrinter) return await followOnTerminal(options);
  // Without a terminal to restore, signals do what they always do, also while a write waits.
  using reader = new ReaderWatch();
  const write: Write = (bytes) => Promise.resolve(context.write(bytes));
  return await printEvents(options, write, reader.gone);
}

interface FollowOptions {
  context: CliContext;
  name: string;
  count: number;
  printer: LivePrinter;
}

/** The session's output may leave any terminal mode set: they are reset at the end. */
async function followOnTerminal(options: FollowOptions): Promise<number> {
  const gone = Promise.withResolvers<"gone">();
  const use = new TerminalUse({ onPasteModeOff() {} });
  const claim = new TerminalClaim({
    isRaw: false,
    leave: () => inPlace(use.undoAll(UNKNOWN, "")),
    onContinue: () => {}, // what comes next is shown; what was shown is the terminal's own
    onGone: () => gone.resolve("gone"),
  });
  const write: Write = async (bytes) => {
    const output = Buffer.from(bytes);
    use.follow(output);
    claim.write(output);
    if (claim.pendingBytes > MAX_PENDING_BYTES) await claim.idle();
    return true;
  };
  try {
    await write(PUSH_KEYBOARD);
    return await printEvents(options, write, gone.promise);
  } finally {
    await claim.release();
  }
}

async function printEvents(
  { context, name, count, printer }: FollowOptions,
  write: Write,
  gone: Promise<"gone">,
): Promise<number> {
  const events = watchSession(context.config, name, count);
  let hasBegun = false;
  for (;;) {
    const coming = events.next().catch((error: unknown) => {
      throw hasBegun ? error : explainFailure(name, error);
    });
    const next = await Promise.race([coming, gone]);
    if (next === "gone" || next.done === true) return 0;
    const event = next.value;
    if (!(await write(textOf(event, { printer, count, hasBegun })))) return 0;
    if (event.kind === "exit") return exitCodeOf(event.exit);
    if (event.kind === "snapshot" && hasBegun) {
      context.warn(
        `Some output was skipped: session ${quoteName(name)} printed faster than it could be written.`,
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

function explainFailure(name: string, error: unknown): unknown {
  if (!(error instanceof TsmError) || error.code !== "unsupported") {
    return failure("read session", name, error);
  }
  const reason = "its daemon is from another build, which reports only its screen";
  return new TsmError("unsupported", `Cannot follow session ${quoteName(name)}: ${reason}.`, {
    remedy: `Run 'tsm tail ${name}' without --follow, or attach to it.`,
    cause: error,
  });
}
