import { failureLine } from "./failure-line.ts";
import type { ListedSession } from "../model/listed-session.ts";
import type { PickerSource } from "../model/picker-source.ts";

const REFRESH_MS = 2000;

interface ListListener {
  onSessions(sessions: readonly ListedSession[]): void;
  onFailure(message: string): void;
}

/** Reads the list every two seconds and on request; never twice at a time. */
export class ListReader {
  readonly #source: PickerSource;
  readonly #events: ListListener;
  #timer: Timer | undefined;
  #isReading = false;
  #mustReadAgain = false;
  #isStopped = false;
  #lastFailure: string | undefined;

  constructor(source: PickerSource, events: ListListener) {
    this.#source = source;
    this.#events = events;
    this.#timer = setInterval(() => this.#isReading || this.readNow(), REFRESH_MS);
  }

  /** A read already under way may miss the latest change: its result is dropped and read again. */
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
        this.#fail(failureLine(error));
      }
    } while (this.#mustReadAgain);
    this.#isReading = false;
  }

  /** A failure that repeats every two seconds is reported once. */
  #fail(message: string): void {
    if (message !== this.#lastFailure) this.#events.onFailure(message);
    this.#lastFailure = message;
  }
}
