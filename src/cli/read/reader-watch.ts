import { loadLibc } from "../../system/system-calls.ts";

const STDOUT = 1;
/** No event reports it, so the kernel is polled at this interval. */
const INTERVAL_MS = 500;

/** Detects that the reader of standard output is gone, even while nothing is written. */
export class ReaderWatch implements Disposable {
  readonly #gone = Promise.withResolvers<"gone">();
  readonly #timer: Timer;

  constructor() {
    this.#timer = setInterval(() => {
      if (loadLibc().hasHungUp(STDOUT)) this.#gone.resolve("gone");
    }, INTERVAL_MS);
  }

  /** Resolves when the reader of a pipe, or the terminal, is gone; never for a file. */
  get gone(): Promise<"gone"> {
    return this.#gone.promise;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
