import { encodeAttention } from "../protocol/attention.ts";

/** Whether a session calls its user, and when a client was last attached. */
export class Attention {
  readonly #isWatched: () => boolean;
  #isWanted = false;
  #lastAttachedAt = 0n;

  /** @param isWatched whether a client is attached. */
  constructor(isWatched: () => boolean) {
    this.#isWatched = isWatched;
  }

  /** A program has called: attached clients have heard it. */
  call(): void {
    if (!this.#isWatched()) this.#isWanted = true;
  }

  /** A client has attached, or is about to leave. */
  noteLook(): void {
    this.#isWanted = false;
    this.#lastAttachedAt = now();
  }

  /** The payload of a reply. */
  encode(): Uint8Array<ArrayBuffer> {
    const lastAttachedAt = this.#isWatched() ? now() : this.#lastAttachedAt;
    return encodeAttention({ isWanted: this.#isWanted, lastAttachedAt });
  }
}

function now(): bigint {
  return BigInt(Math.floor(Date.now() / 1000));
}
