import { fullGC, heapSize } from "bun:jsc";

/** With less output than this since the last collection there is little to free. */
const MIN_BYTES = 256 * 1024;
const QUIET_MS = 3000;
/** Memory that a collection has emptied can be given back to the system only some time later. */
const SHRINK_MS = 1000;
/** With so much output the heap is checked. */
const CHECK_BYTES = 1024 * 1024;
/** The heap may grow to this size, or to 1.5 times what is in use, whichever is larger. */
const HEAP_BYTES = 20 * 1024 * 1024;

/**
 * Bounds the memory that output needs, and gives it back once there has been none for some seconds:
 * the runtime itself frees more only when it needs more. Nobody waits for the 10 to 20 ms that giving
 * back takes.
 */
export class QuietMemory {
  readonly #pack: () => void;
  #bytes = 0;
  #nextCheck = CHECK_BYTES;
  #heapLimit = HEAP_BYTES;
  #lastMs = 0;
  #timer: Timer | undefined;

  /** @param pack called first, to hold what is needed in less memory. */
  constructor(pack: () => void) {
    this.#pack = pack;
  }

  /** The program has printed, or a client was sent, so many bytes. */
  note(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < MIN_BYTES) return;
    if (this.#bytes >= this.#nextCheck) this.#limitHeap();
    this.#lastMs = performance.now();
    this.#timer ??= setTimeout(() => this.#check(), QUIET_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /**
   * What output makes lives for as long as its lines do. Left to itself, the engine takes it for
   * long-lived then, and lets the heap double before it checks.
   */
  #limitHeap(): void {
    this.#nextCheck = this.#bytes + CHECK_BYTES;
    if (heapSize() < this.#heapLimit) return;
    this.#heapLimit = Math.max(HEAP_BYTES, 1.5 * fullGC());
  }

  #check(): void {
    const leftMs = this.#lastMs + QUIET_MS - performance.now();
    this.#timer = leftMs > 1 ? setTimeout(() => this.#check(), leftMs) : undefined;
    if (this.#timer !== undefined) return;
    this.#bytes = 0;
    this.#nextCheck = CHECK_BYTES;
    this.#pack();
    Bun.gc(true);
    this.#timer = setTimeout(() => this.#shrink(), SHRINK_MS);
  }

  #shrink(): void {
    this.#timer = undefined;
    if (this.#bytes < MIN_BYTES) Bun.shrink();
    else this.#check();
  }
}
