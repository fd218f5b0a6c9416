import { copyBytes } from "../base/copy-bytes.ts";
import { concatBytes } from "./concat-bytes.ts";
import { encodeUtf8 } from "./utf8.ts";

const ESC = 0x1b;
const BEL = 0x07;
const DEL = 0x7f;

/** A part of a stream: bytes as they came, or the text between a sequence's prefix and its BEL. */
export type StreamPart =
  { kind: "bytes"; bytes: Uint8Array } | { kind: "sequence"; payload: Uint8Array };

/**
 * Finds sequences of one kind in a stream that is cut anywhere. Everything else passes untouched, in
 * order; only what may still become such a sequence is held back.
 */
export class SequenceScanner {
  readonly #prefix: Uint8Array;
  readonly #maxPayloadBytes: number;
  readonly #isForbidden: (byte: number) => boolean;
  #held: Uint8Array = new Uint8Array(0);

  /**
   * @param prefix how such a sequence begins: ESC and ASCII, no other ESC; it ends with BEL.
   * @param maxPayloadBytes a longer one is no such sequence.
   * @param isForbidden which bytes cannot be in it; by default every control character.
   */
  constructor(prefix: string, maxPayloadBytes: number, isForbidden = isControl) {
    this.#prefix = encodeUtf8(prefix);
    this.#maxPayloadBytes = maxPayloadBytes;
    this.#isForbidden = isForbidden;
  }

  /** The parts of the next piece of the stream; often just that piece itself. */
  push(chunk: Uint8Array): StreamPart[] {
    const bytes = this.#held.byteLength === 0 ? chunk : concatBytes([this.#held, chunk]);
    this.#held = new Uint8Array(0);
    const parts: StreamPart[] = [];
    const pass = (from: number, to: number): void => {
      if (to <= from) return;
      const isWhole = from === 0 && to === bytes.byteLength;
      parts.push({ kind: "bytes", bytes: isWhole ? bytes : bytes.subarray(from, to) });
    };
    let from = 0;
    for (let at = this.#find(bytes, 0); at !== -1; at = this.#find(bytes, at)) {
      const end = this.#endOf(bytes, at);
      if (end === "not-ours") {
        at++;
        continue;
      }
      pass(from, at);
      if (end === "incomplete") {
        this.#held = copyBytes(bytes, at);
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

  /**
   * Where from `from` on a prefix stands, or at the end of the bytes the beginning of one; else -1.
   */
  #find(bytes: Uint8Array, from: number): number {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // Native, so that output full of other sequences costs little.
    const whole = buffer.indexOf(this.#prefix, from);
    if (whole !== -1) return whole;
    const tail = Math.max(from, bytes.byteLength - this.#prefix.byteLength + 1);
    const last = buffer.lastIndexOf(ESC);
    if (last < tail) return -1;
    return bytes.subarray(last).every((byte, i) => byte === this.#prefix[i]) ? last : -1;
  }

  /** Where the sequence that begins at `at` ends, or why there is none. */
  #endOf(bytes: Uint8Array, at: number): number | "not-ours" | "incomplete" {
    const start = at + this.#prefix.byteLength;
    for (let i = start; i <= start + this.#maxPayloadBytes; i++) {
      const byte = bytes[i];
      if (byte === undefined) return "incomplete";
      if (byte === BEL) return i + 1;
      if (this.#isForbidden(byte)) return "not-ours";
    }
    return "not-ours";
  }
}

function isControl(byte: number): boolean {
  return byte < 0x20 || byte === DEL;
}
