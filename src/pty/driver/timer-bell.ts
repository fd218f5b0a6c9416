import { loadLibc } from "../../system/system-calls.ts";

const MIN_MS = 1;
const MAX_MS = 30;

/** Calls once when a descriptor can be read, by checking it at intervals. */
export class TimerBell {
  readonly #fd: number;
  readonly #onReadable: () => void;
  #timer: Timer | undefined;
  #delayMs = MIN_MS;

  constructor(fd: number, onReadable: () => void) {
    this.#fd = fd;
    this.#onReadable = onReadable;
  }

  /** Asks for one call. */
  arm(): void {
    this.#timer ??= setTimeout(() => this.#check(), this.#delayMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #check(): void {
    this.#timer = undefined;
    if (loadLibc().isReadable(this.#fd)) {
      this.#delayMs = MIN_MS;
      return this.#onReadable();
    }
    this.#delayMs = Math.min(MAX_MS, this.#delayMs * 2);
    this.arm();
  }
}
