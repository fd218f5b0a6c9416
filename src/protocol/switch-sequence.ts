import { concatBytes } from "./concat-bytes.ts";
import { decodeStrictUtf8, encodeUtf8 } from "./utf8.ts";

const ESC = 0x1b;
const BEL = 0x07;
const PREFIX = encodeUtf8("\x1b]633;TSM_ATTACH=");
/** A target longer than any file name can be is no target; the bytes pass as they are. */
const MAX_TARGET_BYTES = 255;

/** The sequence that asks the attach client around this session to switch to another one. */
export function attachSwitchSequence(target: string): string {
  return `\x1b]633;TSM_ATTACH=${target}\x07`;
}

/**
 * Takes switch sequences out of a stream of PTY output. Everything else passes untouched, in
 * order; only what may still become a switch sequence is held back, at most some 270 bytes.
 */
export class SwitchFilter {
  readonly #isAcceptable: (target: string) => boolean;
  #held: Uint8Array = new Uint8Array(0);
  #target: string | undefined;

  /** @param isAcceptable says whether a target is a valid name; others are dropped with their sequence. */
  constructor(isAcceptable: (target: string) => boolean = () => true) {
    this.#isAcceptable = isAcceptable;
  }

  /** The first target that was asked for. */
  get target(): string | undefined {
    return this.#target;
  }

  /** Feeds output, cut anywhere; returns what may be shown now (often the very same bytes). */
  push(chunk: Uint8Array): Uint8Array {
    if (this.#held.byteLength === 0 && chunk.indexOf(ESC) === -1) return chunk;
    const bytes = this.#held.byteLength === 0 ? chunk : concat([this.#held, chunk]);
    this.#held = new Uint8Array(0);
    const shown: Uint8Array[] = [];
    let from = 0;
    for (let at = bytes.indexOf(ESC); at !== -1; at = bytes.indexOf(ESC, at)) {
      const end = this.#matchAt(bytes, at);
      if (end === "not-ours") {
        at++;
        continue;
      }
      shown.push(bytes.subarray(from, at));
      if (end === "incomplete") {
        this.#held = bytes.slice(at);
        from = bytes.byteLength;
        break;
      }
      from = at = end;
    }
    shown.push(bytes.subarray(from));
    return concat(shown);
  }

  /** Releases what was held back; for the end of the stream. */
  flush(): Uint8Array {
    const held = this.#held;
    this.#held = new Uint8Array(0);
    return held;
  }

  /** Where the sequence that begins at `at` ends, or why there is none. */
  #matchAt(bytes: Uint8Array, at: number): number | "not-ours" | "incomplete" {
    for (let i = 0; i < PREFIX.byteLength; i++) {
      if (at + i === bytes.byteLength) return "incomplete";
      if (bytes[at + i] !== PREFIX[i]) return "not-ours";
    }
    const start = at + PREFIX.byteLength;
    for (let i = start; i <= start + MAX_TARGET_BYTES; i++) {
      const byte = bytes[i];
      if (byte === undefined) return "incomplete";
      if (byte === BEL) {
        this.#accept(bytes.subarray(start, i));
        return i + 1;
      }
      if (byte < 0x20 || byte === 0x7f) return "not-ours";
    }
    return "not-ours";
  }

  #accept(targetBytes: Uint8Array): void {
    if (this.#target !== undefined) return;
    const target = decodeStrictUtf8(targetBytes);
    if (target !== undefined && this.#isAcceptable(target)) this.#target = target;
  }
}

/** The parts as one; a single one as it is. */
function concat(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : concatBytes(parts);
}
