import type { Utf8Decoder } from "./utf8-decoder.ts";
import { PARSER_GROUND, PARSER_LAST_SEQUENCE_STATE, type Parser } from "./xterm-core.ts";

/** Only the beginning of a long string is kept, which still puts a reader inside a string. */
const MAX_BYTES = 1 << 20;
const ESC = 0x1b;
const C1_LEAD = 0xc2;
/** DCS, SOS, CSI, OSC, PM and APC as second byte of their UTF-8 form. */
const C1_INTRODUCERS: ReadonlySet<number> = new Set([0x90, 0x98, 0x9b, 0x9d, 0x9e, 0x9f]);

/**
 * The bytes of an unfinished sequence or character at the end of the input so far. A terminal must
 * read them before it can follow the live output from here.
 */
export class PartialInput {
  #parts: Uint8Array[] = [];
  #length = 0;

  readonly #parser: Parser;
  readonly #decoder: Utf8Decoder;

  constructor(parser: Parser, decoder: Utf8Decoder) {
    this.#parser = parser;
    this.#decoder = decoder;
  }

  /**
   * Call after the parser has read the piece.
   * @param begun bytes before it that began a character.
   */
  follow(begun: readonly number[], piece: Uint8Array): void {
    if (this.#parser.currentState === PARSER_GROUND) {
      this.#clear();
      return;
    }
    const chunk = begun.length === 0 ? piece : Buffer.concat([Buffer.from(begun), piece]);
    const start = startOfSequence(chunk);
    if (start >= 0) this.#clear();
    const part = chunk.subarray(Math.max(0, start), Math.max(0, start) + MAX_BYTES - this.#length);
    if (part.length === 0) return;
    this.#parts.push(part.slice());
    this.#length += part.length;
    if (this.#parts.length > 64) this.#parts = [Buffer.concat(this.#parts)];
  }

  #clear(): void {
    this.#parts = [];
    this.#length = 0;
  }

  bytes(): Uint8Array {
    const state = this.#parser.currentState;
    if (state === PARSER_GROUND) return Uint8Array.from(this.#decoder.pending);
    const bytes = Buffer.concat(this.#parts);
    if (state > PARSER_LAST_SEQUENCE_STATE) return bytes;
    // Controls inside a sequence have already been executed.
    return bytes.filter((byte, i) => i === 0 || byte >= 0x20);
  }
}

/** ESC and the C1 introducers begin a new sequence from any state. */
function startOfSequence(chunk: Uint8Array): number {
  const escape = chunk.lastIndexOf(ESC);
  let c1 = chunk.lastIndexOf(C1_LEAD);
  while (c1 > escape) {
    if (C1_INTRODUCERS.has(chunk[c1 + 1] ?? 0)) return c1;
    c1 = c1 === 0 ? -1 : chunk.lastIndexOf(C1_LEAD, c1 - 1);
  }
  return escape;
}
