/** Given to the library before it is asked whether its writer keeps up. */
const AHEAD_BYTES = 64 * 1024;
const RETRY_MS = 2;

/**
 * Input on its way to the library, which would take any amount into memory: its writer thread
 * blocks while the program does not read. So it is given little at a time, and the rest waits here,
 * where its size is known.
 */
export class InputQueue {
  readonly #give: (bytes: Uint8Array) => void;
  readonly #isWriterBlocked: () => boolean;
  readonly #onDrain: () => void;
  #waiting: Uint8Array[] = [];
  #pendingBytes = 0;
  /** Given since the writer was last seen to keep up. */
  #aheadBytes = 0;
  #retry: Timer | undefined;

  /**
   * @param give hands bytes to the library.
   * @param isWriterBlocked whether its writer waits for the program to read.
   * @param onDrain nothing waits here any more.
   */
  constructor(
    give: (bytes: Uint8Array) => void,
    isWriterBlocked: () => boolean,
    onDrain: () => void,
  ) {
    this.#give = give;
    this.#isWriterBlocked = isWriterBlocked;
    this.#onDrain = onDrain;
  }

  /** Bytes that wait here. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Takes bytes; they are copied when they have to wait. */
  push(bytes: Uint8Array): void {
    if (this.#retry === undefined && this.#hasRoom()) {
      this.#aheadBytes += bytes.byteLength;
      return this.#give(bytes);
    }
    this.#waiting.push(bytes.slice());
    this.#pendingBytes += bytes.byteLength;
    this.#retry ??= setTimeout(() => this.#goOn(), RETRY_MS);
  }

  /** Drops what waits. */
  clear(): void {
    clearTimeout(this.#retry);
    this.#waiting = [];
    this.#pendingBytes = 0;
  }

  #goOn(): void {
    this.#retry = undefined;
    while (this.#hasRoom()) {
      const head = this.#waiting[0];
      if (head === undefined) return this.#onDrain();
      const part = head.subarray(0, AHEAD_BYTES);
      if (part.byteLength === head.byteLength) this.#waiting.shift();
      else this.#waiting[0] = head.subarray(part.byteLength);
      this.#pendingBytes -= part.byteLength;
      this.#aheadBytes += part.byteLength;
      this.#give(part);
    }
    this.#retry = setTimeout(() => this.#goOn(), RETRY_MS);
  }

  #hasRoom(): boolean {
    if (this.#aheadBytes < AHEAD_BYTES) return true;
    if (this.#isWriterBlocked()) return false;
    this.#aheadBytes = 0;
    return true;
  }
}
