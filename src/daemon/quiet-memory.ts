/** With less than that since the last time there is little to free. */
const MIN_BYTES = 256 * 1024;
const QUIET_MS = 3000;

/**
 * Gives back the memory that output has needed once there has been none for some seconds: the
 * runtime itself frees more only when it needs more. Nobody waits for the 10 to 20 ms that it takes.
 */
export class QuietMemory {
  #bytes = 0;
  #lastMs = 0;
  #timer: Timer | undefined;

  /** The program has printed, or a client was sent, so many bytes. */
  note(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < MIN_BYTES) return;
    this.#lastMs = performance.now();
    this.#timer ??= setTimeout(() => this.#check(), QUIET_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #check(): void {
    const leftMs = this.#lastMs + QUIET_MS - performance.now();
    this.#timer = leftMs > 1 ? setTimeout(() => this.#check(), leftMs) : undefined;
    if (this.#timer !== undefined) return;
    this.#bytes = 0;
    Bun.gc(true);
  }
}
