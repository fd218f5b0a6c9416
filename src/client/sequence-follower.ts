const ESC = 0x1b;
const BEL = 0x07;
const SPACE = 0x20;
const CSI = 0x5b;
const OSC = 0x5d;
const DCS = 0x50;
const APC = 0x5f;
const RESET = 0x63;
const BANG = 0x21;
/** Final bytes of short sequences that do not draw: `c`, `n`, `p`, `q`, `t`. */
const TELLING = new Uint8Array(256);
for (const byte of Buffer.from("cnpqt")) TELLING[byte] = 1;
/** This far after a sequence, text is assumed, and a faster search looks for the next one. */
const FAR_BYTES = 64;
/** First bytes of rare sequences: modes, keyboard, questions, resets. */
const PRIVATE = new Set([0x3c, 0x3d, 0x3e, 0x3f, 0x21]);
/** All others are read only when they are short: `CSI 23;0t`, `CSI 4 SP q`, `CSI c`. */
const SHORT_BYTES = 8;
const MAX_CONTROL_BYTES = 256;
/** Enough for a whole palette in one string; of a longer one only the beginning is reported. */
const MAX_STRING_BYTES = 16 * 1024;
/** Beginnings of the strings that set, reset or ask colours (OSC 4, 10–19, 104, 110–119). */
const COLOR = /^(?:4;|1\d;|1(?:04|1\d)[;\x07\x1b])/;

/**
 * Finds in output, cut anywhere, the control sequences by which a program changes or asks its
 * terminal. Text and sequences that draw are skipped quickly.
 */
export class SequenceFollower {
  readonly #take: (sequence: string) => void;
  /** The beginning of a sequence that the last piece ended in. */
  #tail: Buffer = Buffer.alloc(0);

  /** @param take is given each sequence; of a DCS or APC only its beginning. */
  constructor(take: (sequence: string) => void) {
    this.#take = take;
  }

  follow(bytes: Uint8Array): void {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const text = this.#tail.byteLength === 0 ? view : Buffer.concat([this.#tail, view]);
    this.#tail = Buffer.alloc(0);
    for (let at = findSequence(text, 0); at !== -1;) {
      const end = this.#read(text, at);
      if (end === undefined) {
        this.#tail = Buffer.from(text.subarray(at));
        return;
      }
      at = findSequence(text, end);
    }
  }

  /** @returns where to continue; undefined when the sequence is incomplete. */
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
    const isPrivate = PRIVATE.has(text[at + 2] ?? 0);
    const limit = at + 2 + (isPrivate ? MAX_CONTROL_BYTES : SHORT_BYTES);
    for (let i = at + 2; i < limit; i++) {
      const byte = text[i];
      if (byte === undefined) return undefined;
      if (byte < SPACE || byte > 0x7e) return i;
      if (byte < 0x40) continue;
      this.#take(text.toString("latin1", at, i + 1));
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

  /** Reports only the beginning: it tells which question the string asks. */
  #readString(text: Buffer, at: number): number | undefined {
    if (text.byteLength < at + 4) return undefined;
    this.#take(text.toString("latin1", at, at + 4));
    return at + 4;
  }
}

/**
 * Index of the next sequence that has to be read, or of the last one when it is cut; else -1. Coloured
 * text has as many sequences as words: nothing but this loop runs for those.
 */
function findSequence(text: Buffer, from: number): number {
  const end = text.byteLength;
  let at = text.indexOf(ESC, from);
  let far = at + FAR_BYTES;
  for (; at !== -1 && at < end; at++) {
    if (text[at] !== ESC) {
      if (at < far) continue;
      at = text.indexOf(ESC, at);
      if (at === -1) return -1;
    }
    if (text[at + 1] !== CSI || !isPlainControl(text, at + 2)) return at;
    far = at + FAR_BYTES;
  }
  return -1;
}

/** Whether a control sequence, whose parameters begin at `from`, only draws. */
function isPlainControl(text: Uint8Array, from: number): boolean {
  const first = text[from];
  if (first === undefined || (first >= 0x3c && first <= 0x3f) || first === BANG) return false;
  const limit = from + SHORT_BYTES;
  for (let at = from; at < limit; at++) {
    const byte = text[at];
    if (byte === undefined) return false;
    if (byte >= 0x40) return TELLING[byte] !== 1;
  }
  return true;
}
