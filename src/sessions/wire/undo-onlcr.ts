import { concatBytes } from "../../protocol/concat-bytes.ts";

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = new Uint8Array(0);

/**
 * Undoes ONLCR of termios(3) in a program's output: the terminal turns each LF into CR LF, so one
 * CR before each LF is not the program's. Chunks may be cut anywhere.
 */
export class OnlcrUndo {
  #hasHeldCr = false;

  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.#hasHeldCr ? concatBytes([Uint8Array.of(CR), chunk]) : chunk;
    this.#hasHeldCr = bytes.at(-1) === CR;
    const end = bytes.byteLength - (this.#hasHeldCr ? 1 : 0);
    const out = new Uint8Array(end);
    let from = 0;
    let length = 0;
    const take = (to: number): void => {
      out.set(bytes.subarray(from, to), length);
      length += to - from;
    };
    for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) {
      if (at === 0 || bytes[at - 1] !== CR) continue;
      take(at - 1);
      from = at;
    }
    take(end);
    return out.subarray(0, length);
  }

  /** Returns the byte held back, at the end of the output. */
  flush(): Uint8Array {
    const rest = this.#hasHeldCr ? Uint8Array.of(CR) : NOTHING;
    this.#hasHeldCr = false;
    return rest;
  }
}
