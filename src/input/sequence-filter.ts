/** Takes whole sequences out of what a terminal sends. */
import { InputTokenizer, type InputToken } from "./tokenizer.ts";

export interface FilterPolicy {
  /**
   * Called once for each sequence (`csi`, `ss3`, `string`), in order. @returns whether it is taken
   * out. One whose beginning has passed already stays in any case.
   */
  takes(token: InputToken): boolean;
  /** Whether the beginning of a sequence, ESC at least, waits for its rest. */
  holds(beginning: Uint8Array): boolean;
}

/**
 * Lets all input pass as it came, wherever it is cut, but for the sequences that are taken out. What
 * is pasted passes untouched. The policy may change at any byte, so all input has to come through here.
 */
export class SequenceFilter {
  readonly #tokens = new InputTokenizer();

  /** The beginning of a sequence that is held back; empty without one. */
  get held(): Uint8Array {
    const { pending, releasedBytes } = this.#tokens;
    return pending.subarray(releasedBytes);
  }

  /** Whether a paste has begun and not ended. */
  get isInPaste(): boolean {
    return this.#tokens.isInPaste;
  }

  push(bytes: Uint8Array, policy: FilterPolicy): Uint8Array {
    if (this.#tokens.isWhole(bytes)) return bytes;
    this.#tokens.push(bytes);
    const kept: Uint8Array[] = [];
    for (let token = this.#tokens.next(); token !== undefined; token = this.#tokens.next()) {
      const isTaken = isSequence(token) && policy.takes(token) && token.releasedBytes === 0;
      if (!isTaken) kept.push(token.bytes.subarray(token.releasedBytes));
    }
    if (!this.#mayHold(policy)) kept.push(this.#tokens.release());
    const [first] = kept;
    return kept.length === 1 && first !== undefined ? first : Buffer.concat(kept);
  }

  /** Gives up waiting, and hands out what was held back, an Escape key for instance. */
  flush(): Uint8Array {
    return this.#tokens.release();
  }

  #mayHold(policy: FilterPolicy): boolean {
    const { pending, releasedBytes, isInPaste } = this.#tokens;
    if (pending.byteLength === 0) return true;
    return releasedBytes === 0 && !isInPaste && policy.holds(pending);
  }
}

function isSequence({ kind }: InputToken): boolean {
  return kind === "csi" || kind === "ss3" || kind === "string";
}
