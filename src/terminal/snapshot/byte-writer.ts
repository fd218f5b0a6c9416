import { CONTENT } from "../xterm/cell-bits.ts";

const INITIAL_BYTES = 4096;
const NARROW_CELL = 1 << CONTENT.widthShift;
const WIDE_CELL = 2 << CONTENT.widthShift;

/** Grows as bytes are appended. */
export class ByteWriter {
  /** The bytes written, with spare room; replaced on each growth. */
  buffer: Uint8Array;
  #length = 0;

  constructor(public capacity = INITIAL_BYTES) {
    this.buffer = new Uint8Array(capacity);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes > this.capacity) this.#grow(bytes);
  }

  #grow(bytes: number): void {
    this.capacity = Math.max(this.capacity * 2, this.#length + bytes);
    const grown = new Uint8Array(this.capacity);
    grown.set(this.buffer.subarray(0, this.#length));
    this.buffer = grown;
  }

  /** Text whose code points are all below 0x80. */
  ascii(text: string): void {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) this.buffer[this.#length++] = text.charCodeAt(i);
  }

  /**
   * Copies text that has one code point per cell and joins no others, from `x` up to `stop` or a cell
   * of another style. Returns where it stopped.
   * @param fg as a signed number, as `bg`.
   */
  textCells(cells: Uint32Array, x: number, stop: number, fg: number, bg: number): number {
    this.#reserve(3 * (stop - x));
    const { buffer } = this;
    let at = this.#length;
    let offset = x * 3;
    const end = stop * 3;
    while (offset < end) {
      const content = (cells[offset] as number) | 0;
      if (((cells[offset + 1] as number) | 0) !== fg) break;
      if (((cells[offset + 2] as number) | 0) !== bg) break;
      const code = content - NARROW_CELL;
      if (code >= 0x20 && code < 0x7f) {
        buffer[at++] = code;
        offset += 3;
        continue;
      }
      const wide = content - WIDE_CELL;
      if (!(wide >= 0x3041 && wide <= 0x9fff) && !(wide >= 0xac00 && wide <= 0xd7a3)) break;
      if (offset + 3 === end) break;
      buffer[at] = 0xe0 | (wide >> 12);
      buffer[at + 1] = 0x80 | ((wide >> 6) & 0x3f);
      buffer[at + 2] = 0x80 | (wide & 0x3f);
      at += 3;
      offset += 6;
    }
    this.#length = at;
    return offset / 3;
  }

  /** The buffer, with room for this many more bytes; {@link advance} adds them. */
  room(bytes: number): Uint8Array {
    this.#reserve(bytes);
    return this.buffer;
  }

  advance(bytes: number): void {
    this.#length += bytes;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.buffer[this.#length++] = value;
  }

  /** The same byte, repeated. */
  repeat(byte: number, count: number): void {
    this.#reserve(count);
    this.buffer.fill(byte, this.#length, this.#length + count);
    this.#length += count;
  }

  codePoint(code: number): void {
    this.#reserve(4);
    const { buffer } = this;
    if (code < 0x80) {
      buffer[this.#length++] = code;
    } else if (code < 0x800) {
      buffer[this.#length++] = 0xc0 | (code >> 6);
      buffer[this.#length++] = 0x80 | (code & 0x3f);
    } else if (code < 0x10000) {
      buffer[this.#length++] = 0xe0 | (code >> 12);
      buffer[this.#length++] = 0x80 | ((code >> 6) & 0x3f);
      buffer[this.#length++] = 0x80 | (code & 0x3f);
    } else {
      buffer[this.#length++] = 0xf0 | (code >> 18);
      buffer[this.#length++] = 0x80 | ((code >> 12) & 0x3f);
      buffer[this.#length++] = 0x80 | ((code >> 6) & 0x3f);
      buffer[this.#length++] = 0x80 | (code & 0x3f);
    }
  }

  text(text: string): void {
    for (const character of text) this.codePoint(character.codePointAt(0) ?? 0);
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  get size(): number {
    return this.#length;
  }

  /** Drops everything after the first `size` bytes. */
  truncate(size: number): void {
    this.#length = Math.min(size, this.#length);
  }

  /** Starts with a copy of these bytes, in a buffer of exactly their size. */
  reset(bytes: Uint8Array): void {
    this.buffer = new Uint8Array(bytes);
    this.capacity = bytes.byteLength;
    this.#length = bytes.byteLength;
  }

  /** A view of the bytes written, valid until the next change. */
  view(): Uint8Array {
    return this.buffer.subarray(0, this.#length);
  }

  /** A copy of the bytes written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.#length);
  }
}
