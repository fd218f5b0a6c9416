/** Replaces bytes that are not a character. */
const REPLACEMENT = 0xfffd;
/** Terminals do not show it. */
const BYTE_ORDER_MARK = 0xfeff;
const NONE = -1;

/**
 * Decodes UTF-8, cut anywhere, to code points. Invalid bytes become U+FFFD, one for each
 * maximal part of a sequence (Unicode, 3.9, "Substitution of Maximal Subparts"), as terminals show it.
 */
export class Utf8Decoder {
  #pending: number[] = [];
  /** What was read last, or `NONE`. */
  #code = NONE;

  /** The bytes of an unfinished character at the end of the input so far. */
  get pending(): readonly number[] {
    return this.#pending;
  }

  /**
   * Decodes `input`, which continues the last one.
   * @param target has room for one code point more than `input` has bytes.
   * @returns the number of code points written.
   */
  decode(input: Uint8Array, target: Uint32Array): number {
    const { length } = input;
    let size = 0;
    let at = 0;
    if (this.#pending.length > 0) {
      at = this.#finishPending(input);
      if (this.#code !== NONE) target[size++] = this.#code;
    }
    while (at < length) {
      // Most output is ASCII: four at a time.
      for (; at + 3 < length; at += 4, size += 4) {
        const a = input[at] as number;
        const b = input[at + 1] as number;
        const c = input[at + 2] as number;
        const d = input[at + 3] as number;
        if ((a | b | c | d) >= 0x80) break;
        target[size] = a;
        target[size + 1] = b;
        target[size + 2] = c;
        target[size + 3] = d;
      }
      while (at < length && (input[at] as number) < 0x80) target[size++] = input[at++] as number;
      for (let lead = 0; at < length && (lead = input[at] as number) >= 0x80;) {
        // Nearly all other characters have two bytes, or three without special cases.
        const second = at + 1 < length ? (input[at + 1] as number) ^ 0x80 : 0xff;
        if (lead < 0xe0 && lead >= 0xc2 && second < 0x40) {
          target[size++] = ((lead & 0x1f) << 6) | second;
          at += 2;
          continue;
        }
        const third = at + 2 < length ? (input[at + 2] as number) ^ 0x80 : 0xff;
        if (lead > 0xe0 && lead < 0xed && (second | third) < 0x40) {
          target[size++] = ((lead & 0x0f) << 12) | (second << 6) | third;
          at += 3;
          continue;
        }
        at = this.#readCharacter(input, at);
        if (this.#code !== NONE) target[size++] = this.#code;
      }
    }
    return size;
  }

  /** Reads a character of more than one byte. @returns the start of the next one. */
  #readCharacter(input: Uint8Array, start: number): number {
    const lead = input[start] as number;
    const count = lengthOf(lead);
    let code = lead & (0x7f >> count);
    let at = start + 1;
    for (; at < start + count; at++) {
      if (at === input.length) {
        this.#pending = Array.from(input.subarray(start));
        this.#code = NONE;
        return at;
      }
      const byte = input[at] as number;
      if (!mayFollow(byte, lead, at - start)) break;
      code = (code << 6) | (byte & 0x3f);
    }
    const isWhole = count > 0 && at === start + count;
    this.#code = isWhole ? (code === BYTE_ORDER_MARK ? NONE : code) : REPLACEMENT;
    return at;
  }

  /** Reads the rest of the unfinished character. @returns the start of the next one. */
  #finishPending(input: Uint8Array): number {
    const begun = this.#pending;
    const whole = Uint8Array.from([...begun, ...input.subarray(0, 3)]);
    this.#pending = [];
    return this.#readCharacter(whole, 0) - begun.length;
  }
}

/** Bytes of the character that begins with this one; 0 when none does. */
function lengthOf(lead: number): number {
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

/** Whether a byte may come next in a character: rejects overlong forms and surrogates. */
function mayFollow(byte: number, lead: number, index: number): boolean {
  if ((byte & 0xc0) !== 0x80) return false;
  if (index > 1) return true;
  switch (lead) {
    case 0xe0:
      return byte >= 0xa0;
    case 0xed:
      return byte < 0xa0;
    case 0xf0:
      return byte >= 0x90;
    case 0xf4:
      return byte < 0x90;
    default:
      return true;
  }
}
