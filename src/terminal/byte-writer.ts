import { CONTENT } from "./cell-bits.ts";

const INITIAL_BYTES = 4096;
const NARROW_CELL = 1 << CONTENT.widthShift;

/** Grows as bytes are appended. */
export class ByteWriter {
  private buffer = new Uint8Array(INITIAL_BYTES);
  private length = 0;

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.length + bytes));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
  }

  /** Text whose code points are all below 0x80. */
  ascii(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.buffer[this.length++] = text.charCodeAt(i);
  }

  /**
   * Copies ASCII out of a line's cells, from `x` up to `stop` or to the first cell that looks different
   * or holds anything else. Returns where that is.
   */
  asciiCells(cells: Uint32Array, x: number, stop: number): number {
    this.reserve(stop - x);
    const { buffer } = this;
    const fg = cells[x * 3 + 1];
    const bg = cells[x * 3 + 2];
    let at = this.length;
    let offset = x * 3;
    const end = stop * 3;
    for (; offset < end; offset += 3) {
      const code = (cells[offset] ?? 0) - NARROW_CELL;
      if (code < 0x20 || code > 0x7e || cells[offset + 1] !== fg || cells[offset + 2] !== bg) break;
      buffer[at++] = code;
    }
    this.length = at;
    return offset / 3;
  }

  codePoint(code: number): void {
    this.reserve(4);
    const { buffer } = this;
    if (code < 0x80) {
      buffer[this.length++] = code;
    } else if (code < 0x800) {
      buffer[this.length++] = 0xc0 | (code >> 6);
      buffer[this.length++] = 0x80 | (code & 0x3f);
    } else if (code < 0x10000) {
      buffer[this.length++] = 0xe0 | (code >> 12);
      buffer[this.length++] = 0x80 | ((code >> 6) & 0x3f);
      buffer[this.length++] = 0x80 | (code & 0x3f);
    } else {
      buffer[this.length++] = 0xf0 | (code >> 18);
      buffer[this.length++] = 0x80 | ((code >> 12) & 0x3f);
      buffer[this.length++] = 0x80 | ((code >> 6) & 0x3f);
      buffer[this.length++] = 0x80 | (code & 0x3f);
    }
  }

  text(text: string): void {
    for (const character of text) this.codePoint(character.codePointAt(0) ?? 0);
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  get size(): number {
    return this.length;
  }

  /** Drops everything after the first `size` bytes. */
  truncate(size: number): void {
    this.length = Math.min(size, this.length);
  }

  finish(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}
