const ESC = 0x1b;
const BEL = 0x07;
const SPACE = 0x20;
const CSI = 0x5b;
const OSC = 0x5d;
const DCS = 0x50;
const APC = 0x5f;
const RESET = 0x63;
/** `? > < =` and `!` begin what only few sequences begin with: modes, keyboard, questions, resets. */
const PRIVATE = new Set([0x3c, 0x3d, 0x3e, 0x3f, 0x21]);
/** Of all others those with few bytes are looked at: `CSI 23;0t`, `CSI 4 SP q`, `CSI c`. */
const SHORT_BYTES = 8;
const MAX_CONTROL_BYTES = 256;
/** Enough for a palette set in one go; what is longer is given up, and told by its beginning. */
const MAX_STRING_BYTES = 16 * 1024;
/** Beginnings of the strings that set, reset or ask colours (OSC 4, 10–19, 104, 110–119). */
const COLOR = /^(?:4;|1\d;|1(?:04|1\d)[;\x07\x1b])/;

/**
 * Finds in output, cut anywhere, the control sequences by which a program changes or asks its
 * terminal. Text and what draws it are passed over quickly.
 */
export class SequenceFollower {
  readonly #take: (sequence: string) => void;
  /** The beginning of a sequence that the last piece ended in. */
  #tail: Buffer = Buffer.alloc(0);

  /** @param take is given each sequence; of one that asks by a string only its beginning. */
  constructor(take: (sequence: string) => void) {
    this.#take = take;
  }

  follow(bytes: Uint8Array): void {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const text = this.#tail.byteLength === 0 ? view : Buffer.concat([this.#tail, view]);
    this.#tail = Buffer.alloc(0);
    for (let at = text.indexOf(ESC); at !== -1;) {
      const end = this.#read(text, at);
      if (end === undefined) {
        this.#tail = Buffer.from(text.subarray(at));
        return;
      }
      at = text.indexOf(ESC, end);
    }
  }

  /** @returns where to go on; undefined when the sequence is not whole. */
  #read(text: Buffer, at: number): number | undefined {
    switch (text[at + 1]) {
      case undefined:
        return undefined;
      case CSI:
        return this.#readControl(text, at);
      case OSC:
        return this.#readColor(text, at);
      case DCS:
      case APC:
        return this.#readString(text, at);
      case RESET:
        this.#take("\x1bc");
        return at + 2;
      default:
        return at + 1;
    }
  }

  #readControl(text: Buffer, at: number): number | undefined {
    const first = text[at + 2];
    const maxBytes = first !== undefined && PRIVATE.has(first) ? MAX_CONTROL_BYTES : SHORT_BYTES;
    const limit = at + 2 + maxBytes;
    for (let i = at + 2; i < limit; i++) {
      const byte = text[i];
      if (byte === undefined) return undefined;
      if (byte < SPACE || byte > 0x7e) return i;
      if (byte < 0x40) continue;
      // The colours of text are by far the most.
      if (byte !== 0x6d || maxBytes !== SHORT_BYTES) this.#take(text.toString("latin1", at, i + 1));
      return i + 1;
    }
    return limit;
  }

  #readColor(text: Buffer, at: number): number | undefined {
    const begin = text.toString("latin1", at + 2, at + 6);
    if (begin.length < 4 && /^\d*$/.test(begin)) return undefined;
    if (!COLOR.test(begin)) return at + 2;
    const limit = Math.min(text.byteLength, at + MAX_STRING_BYTES);
    for (let i = at + 2; i < limit; i++) {
      if (text[i] !== BEL && text[i] !== ESC) continue;
      this.#take(text.toString("latin1", at, i));
      return i;
    }
    if (limit === text.byteLength && limit - at < MAX_STRING_BYTES) return undefined;
    this.#take(text.toString("latin1", at, limit));
    return limit;
  }

  /** Of strings that ask, only that they do. */
  #readString(text: Buffer, at: number): number | undefined {
    if (text.byteLength < at + 4) return undefined;
    this.#take(text.toString("latin1", at, at + 4));
    return at + 4;
  }
}
