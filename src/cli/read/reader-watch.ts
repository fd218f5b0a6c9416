import { loadLibc } from "../../system/system-calls.ts";

const STDOUT = 1;
/** No event tells it: the kernel is asked so often. */
const INTERVAL_MS = 500;

/** Notices that nobody reads standard output any more, also while nothing is written. */
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
