const DEFAULT_SIZE = 10 << 20;
const FIRST_ALLOCATION = 64 << 10;
const LF = 0x0a;

/** The last bytes of a program's output, unchanged. Memory grows as it fills. */
export class Scrollback {
  #buffer: Uint8Array;
  /** Position of the oldest byte once the ring is full. */
  #start = 0;
  #length = 0;

  readonly #size: number;

  /** @param size Bytes kept at most. Default 10 MiB. */
  constructor(size: number = DEFAULT_SIZE) {
    this.#size = size;
    this.#buffer = new Uint8Array(Math.min(size, FIRST_ALLOCATION));
  }

  write(bytes: Uint8Array): void {
    const chunk = bytes.length > this.#size ? bytes.subarray(bytes.length - this.#size) : bytes;
    this.#grow(this.#length + chunk.length);
    const capacity = this.#buffer.length;
    if (capacity === 0) return;
    const end = (this.#start + this.#length) % capacity;
    const untilWrap = Math.min(chunk.length, capacity - end);
    this.#buffer.set(chunk.subarray(0, untilWrap), end);
    this.#buffer.set(chunk.subarray(untilWrap), 0);
    const overwritten = Math.max(0, this.#length + chunk.length - capacity);
    this.#start = (this.#start + overwritten) % capacity;
    this.#length = Math.min(capacity, this.#length + chunk.length);
  }

  /** A copy of the kept bytes, oldest first. */
  bytes(): Uint8Array {
    const out = new Uint8Array(this.#length);
    const untilWrap = Math.min(this.#length, this.#buffer.length - this.#start);
    out.set(this.#buffer.subarray(this.#start, this.#start + untilWrap), 0);
    out.set(this.#buffer.subarray(0, this.#length - untilWrap), untilWrap);
    return out;
  }

  /** The last lines; a line feed at the very end begins no further line. */
  tailLines(count: number): string {
    if (count <= 0 || this.#length === 0) return "";
    const bytes = this.bytes();
    let from = bytes.length;
    let at = bytes.at(-1) === LF ? bytes.length - 1 : bytes.length;
    for (let lines = 0; lines < count && from > 0; lines++) {
      at = at > 0 ? bytes.lastIndexOf(LF, at - 1) : -1;
      from = at + 1;
      if (at < 0) break;
    }
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(from));
  }

  /** Doubling, up to the full size; until then nothing has been overwritten and `start` is 0. */
  #grow(wanted: number): void {
    if (wanted <= this.#buffer.length || this.#buffer.length >= this.#size) return;
    let capacity = this.#buffer.length;
    while (capacity < wanted && capacity < this.#size) capacity *= 2;
    const grown = new Uint8Array(Math.min(this.#size, capacity));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
