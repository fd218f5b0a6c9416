import { failureLine } from "./failure-line.ts";
import type { ListedSession } from "../model/listed-session.ts";
import type { PickerSource } from "../model/picker-source.ts";

const REFRESH_MS = 2000;

export interface ListListener {
  onSessions(sessions: readonly ListedSession[]): void;
  onFailure(message: string): void;
}

/** Reads the list every two seconds, and at once when asked to; never twice at a time. */
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
        this.#fail(failureLine(error));
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
