import { concatBytes } from "./concat-bytes.ts";
import { encodeUtf8 } from "./utf8.ts";

const ESC = 0x1b;
const BEL = 0x07;

/** A part of a stream: bytes as they came, or what stood between a sequence's prefix and its BEL. */
export type StreamPart =
  { kind: "bytes"; bytes: Uint8Array } | { kind: "sequence"; payload: Uint8Array };

/**
 * Finds sequences of one kind in a stream that is cut anywhere. Everything else passes untouched, in
 * order; only what may still become such a sequence is held back.
 */
export class SequenceScanner {
  readonly #prefix: Uint8Array;
  readonly #maxPayloadBytes: number;
  #held: Uint8Array = new Uint8Array(0);

  /**
   * @param prefix how such a sequence begins: ESC and ASCII; it ends with BEL.
   * @param maxPayloadBytes what is longer is no such sequence, nor is one with a control character.
   */
  constructor(prefix: string, maxPayloadBytes: number) {
    this.#prefix = encodeUtf8(prefix);
    this.#maxPayloadBytes = maxPayloadBytes;
  }

  /** The parts of the next piece of the stream; often just that piece itself. */
  push(chunk: Uint8Array): StreamPart[] {
    if (this.#held.byteLength === 0 && chunk.indexOf(ESC) === -1) {
      return [{ kind: "bytes", bytes: chunk }];
    }
    const bytes = this.#held.byteLength === 0 ? chunk : concatBytes([this.#held, chunk]);
    this.#held = new Uint8Array(0);
    const parts: StreamPart[] = [];
    const pass = (from: number, to: number): void => {
      if (to > from) parts.push({ kind: "bytes", bytes: bytes.subarray(from, to) });
    };
    let from = 0;
    for (let at = bytes.indexOf(ESC); at !== -1; at = bytes.indexOf(ESC, at)) {
      const end = this.#endOf(bytes, at);
      if (end === "not-ours") {
        at++;
        continue;
      }
      pass(from, at);
      if (end === "incomplete") {
        this.#held = bytes.slice(at);
        return parts;
      }
      const payload = bytes.subarray(at + this.#prefix.byteLength, end - 1);
      parts.push({ kind: "sequence", payload });
      from = at = end;
    }
    pass(from, bytes.byteLength);
    return parts;
  }

  /** Releases what was held back; for the end of the stream. */
  flush(): Uint8Array {
    const held = this.#held;
    this.#held = new Uint8Array(0);
    return held;
  }

  /** Where the sequence that begins at `at` ends, or why there is none. */
  #endOf(bytes: Uint8Array, at: number): number | "not-ours" | "incomplete" {
    const prefix = this.#prefix;
    for (let i = 0; i < prefix.byteLength; i++) {
      if (at + i === bytes.byteLength) return "incomplete";
      if (bytes[at + i] !== prefix[i]) return "not-ours";
    }
    const start = at + prefix.byteLength;
    for (let i = start; i <= start + this.#maxPayloadBytes; i++) {
      const byte = bytes[i];
      if (byte === undefined) return "incomplete";
      if (byte === BEL) return i + 1;
      if (byte < 0x20 || byte === 0x7f) return "not-ours";
    }
    return "not-ours";
  }
}
