import { lineFeed, returnCarriage } from "../handlers/cursor-handlers.ts";
import { applySgr } from "./sgr.ts";
import type { TerminalState } from "../terminal-state.ts";
import { PARSER_GROUND, type Params } from "./xterm-core.ts";

const LF = 0x0a;
const CR = 0x0d;
const ESC = 0x1b;
const DEL = 0x7f;
const LEFT_BRACKET = 0x5b;
const SEMICOLON = 0x3b;
const SMALL_M = 0x6d;
const BYTE_ORDER_MARK = 0xfeff;
/** Longer sequences are left to the parser. */
const MAX_PARAMS = 32;
const MAX_DIGITS = 8;

/** The parameters of the sequence being read. */
class SgrParams implements Params {
  readonly params = new Int32Array(MAX_PARAMS);
  length = 0;

  hasSubParams(): boolean {
    return false;
  }

  getSubParams(): null {
    return null;
  }
}

/**
 * Reads the most common output (text, CR, LF and SGR) directly from its bytes, twice as fast as the
 * parser, which does everything else.
 */
export class PlainReader {
  readonly #params = new SgrParams();
  readonly #state: TerminalState;

  constructor(state: TerminalState) {
    this.#state = state;
  }

  /**
   * Reads from `start` as far as it can.
   * @returns the start of the bytes left to the parser; the end of `bytes` when there are none.
   */
  read(bytes: Uint8Array, start: number): number {
    const state = this.#state;
    const { printer, decoder, core } = state;
    const isGround = core._inputHandler._parser.currentState === PARSER_GROUND;
    if (!isGround || decoder.pending.length > 0) return start;
    printer.begin();
    if (!printer.isPlain) return start;
    let at = start;
    while (at < bytes.length) {
      const next = this.#readOne(bytes, at);
      if (next === at) break;
      at = next;
    }
    printer.finish();
    return at;
  }

  /** @returns the start of the next part; `at` when the parser must read this one. */
  #readOne(bytes: Uint8Array, at: number): number {
    const state = this.#state;
    const { printer } = state;
    const byte = bytes[at] as number;
    if (byte >= 0x20 && byte < DEL) return printer.printBytes(bytes, at);
    switch (byte) {
      case LF:
        lineFeed(state);
        printer.changeRow();
        return at + 1;
      case CR:
        returnCarriage(state);
        printer.interrupt();
        return at + 1;
      case ESC:
        return this.#readSgr(bytes, at);
      default:
        return byte < 0xc3 ? at : this.#readCharacter(bytes, at, byte);
    }
  }

  /** Reads a character of two or three bytes. Controls and invalid UTF-8 are left to the decoder. */
  #readCharacter(bytes: Uint8Array, at: number, lead: number): number {
    const { printer } = this.#state;
    const second = at + 1 < bytes.length ? (bytes[at + 1] as number) ^ 0x80 : 0xff;
    if (lead < 0xe0) {
      if (second >= 0x40) return at;
      printer.printCode(((lead & 0x1f) << 6) | second);
      return at + 2;
    }
    const next = printer.printWideBytes(bytes, at);
    if (next > at) return next;
    const third = at + 2 < bytes.length ? (bytes[at + 2] as number) ^ 0x80 : 0xff;
    const code = ((lead & 0x0f) << 12) | (second << 6) | third;
    if (lead >= 0xf0 || (second | third) >= 0x40 || code < 0x800) return at;
    if ((code >= 0xd800 && code < 0xe000) || code === BYTE_ORDER_MARK) return at;
    printer.printCode(code);
    return at + 3;
  }

  /** @returns the end of the sequence; `start` when it is not a simple one, or is cut. */
  #readSgr(bytes: Uint8Array, start: number): number {
    if (bytes[start + 1] !== LEFT_BRACKET) return start;
    const params = this.#params;
    let value = 0;
    let digits = 0;
    let count = 0;
    for (let at = start + 2; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      const digit = byte - 0x30;
      if (digit >= 0 && digit < 10) {
        value = value * 10 + digit;
        if (++digits > MAX_DIGITS) return start;
        continue;
      }
      if ((byte !== SEMICOLON && byte !== SMALL_M) || count === MAX_PARAMS) return start;
      params.params[count++] = value;
      if (byte === SMALL_M) {
        params.length = count;
        applySgr(params, this.#state.core._inputHandler._curAttrData);
        this.#state.printer.interrupt();
        return at + 1;
      }
      value = 0;
      digits = 0;
    }
    return start;
  }
}
