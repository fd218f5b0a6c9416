import { isatty } from "node:tty";

import { TsmError } from "../../base/errors.ts";
import { makeHarmless } from "../../base/harmless-text.ts";
import { exitCodeOf } from "../../protocol/messages.ts";
import { concatBytes } from "../../protocol/concat-bytes.ts";
import { SwitchFilter } from "../../protocol/switch-sequence.ts";
import { decodeStrictUtf8 } from "../../protocol/utf8.ts";
import { quoteName } from "../../sessions/names.ts";
import type { RunEvent, SessionRun } from "../../sessions/wire/session-run.ts";
import type { CliContext } from "../command.ts";
import { EXIT_TIMED_OUT, timedOut } from "../exit-codes.ts";
import { OutputSpool } from "./output-spool.ts";

const STDOUT = 1;
/** The most output of a command that is kept in memory; more is an error. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;
/** How long an interrupted command has to end before we stop waiting. */
const INTERRUPT_MS = 2000;
/** 128 + SIGPIPE: the status of a program in a pipeline whose reader is gone. */
const EXIT_PIPE_CLOSED = 141;

export interface FollowOptions {
  name: string;
  isDetached: boolean;
  timeoutMs?: number;
  /** Interrupt the command after the timeout. */
  interrupts: boolean;
  isJson: boolean;
}

/** Why waiting for the end stopped early. */
type Reason = "timed-out" | { exitCode: number };

/**
 * Prints what a command in a session prints, until it ends, the time is over, or this program is
 * asked to end. Ctrl+C interrupts the command, and this program when it is pressed once more.
 * @returns the exit status: the command's, that of the session when it has ended, or 128 + n after
 * signal n.
 * @throws TsmError `timeout`, `output`, and as {@link SessionRun.events}.
 */
export async function followRun(
  run: SessionRun,
  context: CliContext,
  options: FollowOptions,
): Promise<number> {
  const follower = new RunFollower(run, options);
  const printJson = (code: number | null): void => {
    // A program ended by a signal prints nothing more.
    if (options.isJson && !follower.isKilled) {
      context.print(JSON.stringify(follower.toJson(code)));
    }
  };
  try {
    const code = await follower.follow();
    follower.close(); // from here on signals do what they always do, also while printing waits
    if (code === "timed-out") {
      printJson(follower.code ?? null);
      throw follower.timeOutError();
    }
    printJson(options.isDetached ? null : code);
    if (follower.hasSessionEnded) {
      context.warn(`[${makeHarmless(options.name)} ended: exit ${code}]`);
    }
    return code;
  } finally {
    follower.close();
  }
}

/** Follows one command to its end. The creator closes it. */
export class RunFollower {
  readonly #run: SessionRun;
  readonly #options: FollowOptions;
  readonly #spool = new OutputSpool();
  readonly #kept: Uint8Array[] = [];
  #keptBytes = 0;
  readonly #filter = isatty(STDOUT) ? new SwitchFilter(() => false) : undefined;
  readonly #startedMs = performance.now();
  readonly #over = Promise.withResolvers<Reason>();
  /** Resolves on a signal that ends this program at once. */
  readonly #killed = Promise.withResolvers<{ exitCode: number }>();
  #timer: Timer | undefined;
  #hasStarted = false;
  #isInterrupted = false;
  #isTimedOut = false;
  /** Its exit status, once it has ended. */
  #code: number | undefined;
  hasSessionEnded = false;
  /** Whether a signal ends this program. */
  isKilled = false;

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (signal === "SIGINT" && !this.#isInterrupted) return this.#interrupt();
    const exitCode = 128 + ({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[String(signal)] ?? 0);
    this.isKilled = true;
    this.#over.resolve({ exitCode });
    this.#killed.resolve({ exitCode });
  };

  constructor(run: SessionRun, options: FollowOptions) {
    this.#run = run;
    this.#options = options;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, this.#onSignal);
    }
    const { timeoutMs } = options;
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.#timeOut(), timeoutMs);
  }

  async follow(): Promise<number | "timed-out"> {
    const end = await this.#awaitEnd();
    if (this.#spool.failure !== undefined) throw this.#spool.failure;
    if (typeof end === "object") return end.exitCode; // a signal: stop waiting
    const killed = await Promise.race([this.#writeRest(), this.#killed.promise]);
    if (killed !== undefined) return killed.exitCode;
    if (this.#spool.failure !== undefined) throw this.#spool.failure;
    if (this.#spool.isClosed) return EXIT_PIPE_CLOSED;
    return this.#isTimedOut ? "timed-out" : end;
  }

  /** Its reader may be slow. */
  async #writeRest(): Promise<undefined> {
    if (this.#filter !== undefined) await this.#spool.push(this.#filter.flush());
    await this.#spool.flush();
    return undefined;
  }

  async #awaitEnd(): Promise<number | { exitCode: number }> {
    const events = this.#run.events();
    for (;;) {
      const next = await Promise.race([events.next(), this.#over.promise]);
      if (next === "timed-out") return EXIT_TIMED_OUT;
      if ("exitCode" in next) return next;
      if (next.done === true) return 0;
      this.#code = await this.#take(next.value);
      if (this.#code !== undefined) return this.#code;
    }
  }

  /** The error to report after a timeout. */
  timeOutError(): TsmError {
    const { name, timeoutMs = 0 } = this.#options;
    const seconds = `${timeoutMs / 1000} s`;
    if (!this.#hasStarted) {
      return timedOut(
        `Cannot run in session ${quoteName(name)}: its shell was not free within ${seconds}.`,
        "Nothing was run.",
      );
    }
    const command = `The command in session ${quoteName(name)}`;
    if (this.#code !== undefined) {
      const how = `It ended with exit status ${this.#code}.`;
      return timedOut(`${command} was interrupted after ${seconds}.`, how);
    }
    return timedOut(
      `Gave up after ${seconds}: the command in session ${quoteName(name)} is still running.`,
      this.#isInterrupted
        ? "It was interrupted, but has not ended."
        : `Keep waiting with 'tsm wait ${name}', or interrupt it with 'tsm send ${name} --keys C-c'.`,
    );
  }

  /** What it has printed, when that is kept for JSON. */
  get output(): Uint8Array {
    return concatBytes(this.#kept);
  }

  /** Its exit status, once it has ended. */
  get code(): number | undefined {
    return this.#code;
  }

  /** @param exitCode null while it is not known. */
  toJson(exitCode: number | null): Record<string, unknown> {
    const { output } = this;
    const text = decodeStrictUtf8(output);
    return {
      session: this.#options.name,
      exitCode,
      ...(this.#options.isDetached ? {} : outputFields(text, output)),
      durationMs: Math.round(performance.now() - this.#startedMs),
      hasStarted: this.#hasStarted,
      timedOut: this.#isTimedOut,
      sessionEnded: this.hasSessionEnded,
    };
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(signal, this.#onSignal);
    this.#run.close();
  }

  /** @returns the exit status, once it is known. */
  async #take(event: RunEvent): Promise<number | undefined> {
    switch (event.kind) {
      case "started":
        this.#hasStarted = true;
        return this.#options.isDetached ? 0 : undefined;
      case "output":
        if (this.#options.isJson) this.#keep(event.bytes);
        else await Promise.race([this.#spool.push(this.#shown(event.bytes)), this.#over.promise]);
        // The reader is gone: in a pipeline SIGPIPE would end the command.
        if (this.#spool.isClosed && !this.#isInterrupted) {
          this.#interrupt();
          setTimeout(() => this.#over.resolve({ exitCode: EXIT_PIPE_CLOSED }), INTERRUPT_MS);
        }
        return undefined;
      case "ended":
        return event.code;
      case "session-ended":
        this.hasSessionEnded = true;
        return exitCodeOf(event.exit);
    }
  }

  #keep(bytes: Uint8Array): void {
    this.#kept.push(bytes);
    this.#keptBytes += bytes.byteLength;
    if (this.#keptBytes <= MAX_KEPT_BYTES) return;
    throw new TsmError("lost-output", "The output is longer than 64 MiB, too long to keep.", {
      remedy: `The command keeps running; wait for it with 'tsm wait ${this.#options.name}'.`,
    });
  }

  /** On a terminal, without requests to switch sessions, which are not for the client around it. */
  #shown(bytes: Uint8Array): Uint8Array {
    return this.#filter === undefined ? bytes : this.#filter.push(bytes);
  }

  #interrupt(): void {
    this.#isInterrupted = true;
    if (!this.#hasStarted) return this.#over.resolve({ exitCode: 130 });
    this.#run.interrupt();
  }

  #timeOut(): void {
    this.#isTimedOut = true;
    if (!this.#options.interrupts || !this.#hasStarted) return this.#over.resolve("timed-out");
    this.#interrupt();
    setTimeout(() => this.#over.resolve("timed-out"), INTERRUPT_MS);
  }
}

function outputFields(text: string | undefined, output: Uint8Array): Record<string, string> {
  return text === undefined
    ? { outputBase64: Buffer.from(output).toString("base64") }
    : { output: text };
}
