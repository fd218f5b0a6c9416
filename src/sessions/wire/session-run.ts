import { TsmError } from "../../base/errors.ts";
import { makeHarmless } from "../../base/harmless-text.ts";
import type { Config } from "../../config/paths.ts";
import { decodeExit, type ExitStatus } from "../../protocol/messages.ts";
import { Tag } from "../../protocol/tags.ts";
import { decodeRunState, encodeRunRequest, type RunRequest } from "../../protocol/run-command.ts";
import { encodeUtf8 } from "../../protocol/utf8.ts";
import { OnlcrUndo } from "./undo-onlcr.ts";
import { quoteName } from "../names.ts";
import { connectKnowing } from "./known-tags.ts";
import type { SessionConnection } from "./session-connection.ts";
import { lostDaemon } from "./watch.ts";

/** An event of a command that is run in a session. */
export type RunEvent =
  | { kind: "started" }
  /** The command's output, byte for byte. */
  | { kind: "output"; bytes: Uint8Array }
  | { kind: "ended"; code: number }
  /** The session has ended before the command did. */
  | { kind: "session-ended"; exit: ExitStatus };

/** Longer than the daemon's own timeout. */
const RESET_TIMEOUT_MS = 10_000;
const INTERRUPT = encodeUtf8("\x03");

/** A command that runs in a session's shell. The caller of {@link SessionRun.start} closes it. */
export class SessionRun {
  readonly #name: string;
  readonly #connection: SessionConnection;

  private constructor(name: string, connection: SessionConnection) {
    this.#name = name;
    this.#connection = connection;
  }

  /** @throws TsmError when the session cannot be reached, or its daemon does not support runs. */
  static async start(config: Config, name: string, request: RunRequest): Promise<SessionRun> {
    const connection = await connectKnowing(config, name, Tag.RunCommand);
    connection.send(Tag.RunCommand, encodeRunRequest(request));
    return new SessionRun(name, connection);
  }

  /**
   * Yields the command's events, up to its end or the session's. A slow reader slows the command.
   * @throws TsmError `busy` when the command was not run, `lost-output` when its output came faster
   * than it was read, `lost` when the daemon is gone.
   */
  async *events(): AsyncGenerator<RunEvent, void> {
    const ends = new OnlcrUndo();
    let undo = (bytes: Uint8Array): Uint8Array => bytes;
    for (;;) {
      const { tag, payload } = await this.#connection.read(0).catch((error: unknown) => {
        throw lostDaemon(this.#name, error);
      });
      if (tag === Tag.RunOutput) yield { kind: "output", bytes: undo(payload) };
      const exit = tag === Tag.Exit ? decodeExit(payload) : undefined;
      if (exit !== undefined) {
        yield { kind: "output", bytes: ends.flush() };
        return yield { kind: "session-ended", exit };
      }
      const state = tag === Tag.RunState ? decodeRunState(payload) : undefined;
      switch (state?.kind) {
        case "started":
          if (state.hasCrLf) undo = (bytes) => ends.push(bytes);
          yield { kind: "started" };
          break;
        case "ended":
          yield { kind: "output", bytes: ends.flush() };
          return yield { kind: "ended", code: state.code };
        case "refused":
          throw refusal(this.#name, state);
        case "lost":
          throw new TsmError("lost-output", "Output is lost: it was not read for too long.", {
            remedy: `The command goes on: see 'tsm history ${this.#name}', or run it into a file.`,
          });
        case undefined: // another kind of message
      }
    }
  }

  /** Interrupts the command as Ctrl+C at its terminal would. */
  interrupt(): void {
    this.#connection.send(Tag.Input, INTERRUPT);
  }

  /** Closes the connection; the command keeps running. */
  close(): void {
    this.#connection.close();
  }
}

/**
 * Brings a session's shell back to its prompt with Ctrl+C. This ends the shell's running command,
 * and a run command whose end was never reported.
 * @throws TsmError `busy` when the shell does not return to its prompt; otherwise as
 * {@link SessionRun.start}.
 */
export async function resetShell(config: Config, name: string): Promise<void> {
  const connection = await connectKnowing(config, name, Tag.ResetShell);
  try {
    connection.send(Tag.ResetShell);
    const reply = connection.readTag(Tag.RunState, RESET_TIMEOUT_MS);
    const state = decodeRunState(
      await reply.catch((error: unknown) => {
        throw lostDaemon(name, error);
      }),
    );
    if (state?.kind !== "refused") return;
    throw new TsmError(
      "busy",
      `Cannot reset session ${quoteName(name)}: ${makeHarmless(state.reason)}.`,
      {
        remedy: `See what it does with 'tsm screen ${name}'; end it with 'tsm kill ${name}'.`,
      },
    );
  } finally {
    connection.close();
  }
}

function refusal(name: string, { reason, isBusy }: { reason: string; isBusy: boolean }): TsmError {
  const remedy = isBusy
    ? `Nothing was run. Wait with --wait, or interrupt it with 'tsm run --reset ${name}'.`
    : "Nothing was run. Run it in another session.";
  const shown = makeHarmless(reason);
  return new TsmError("busy", `Cannot run in session ${quoteName(name)}: ${shown}.`, { remedy });
}
