import { describeError, TsmError } from "../../base/errors.ts";
import type { PickerSession, PickerSource } from "../model/listed-session.ts";

const REFRESH_MS = 2000;

export interface ListEvents {
  onSessions(sessions: readonly PickerSession[]): void;
  onFailure(message: string): void;
}

/** Reads the list every two seconds, and at once when asked to; never twice at a time. */
export class ListReader {
  readonly #source: PickerSource;
  readonly #events: ListEvents;
  #timer: Timer | undefined;
  #isReading = false;
  #mustReadAgain = false;
  #isStopped = false;
  #lastFailure: string | undefined;

  constructor(source: PickerSource, events: ListEvents) {
    this.#source = source;
    this.#events = events;
    this.#timer = setInterval(() => this.#isReading || this.readNow(), REFRESH_MS);
  }

  /** A list being read was begun before whatever happened now: it is dropped and read again. */
  readNow(): void {
    if (this.#isReading) this.#mustReadAgain = true;
    else void this.#read();
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    do {
      this.#mustReadAgain = false;
      try {
        const sessions = await this.#source.list();
        if (this.#isStopped) return;
        if (!this.#mustReadAgain) this.#events.onSessions(sessions);
        this.#lastFailure = undefined;
      } catch (error) {
        if (this.#isStopped) return;
        this.#fail(explain(error));
      }
    } while (this.#mustReadAgain);
    this.#isReading = false;
  }

  /** The same failure every two seconds is one failure. */
  #fail(message: string): void {
    if (message !== this.#lastFailure) this.#events.onFailure(message);
    this.#lastFailure = message;
  }
}

/** Message and remedy of a failure on one line. */
export function explain(error: unknown): string {
  const message = describeError(error);
  if (!(error instanceof TsmError) || error.remedy === undefined) return message;
  return `${message}${/[.!?]$/.test(message) ? "" : "."} ${error.remedy}`;
}
