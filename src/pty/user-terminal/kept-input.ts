import { copyBytes } from "../../base/copy-bytes.ts";

/** With more than this kept, nothing more is read from the terminal until there is a listener. */
const MAX_KEPT_BYTES = 1024 * 1024;

/** Keeps input while nobody listens. */
export class KeptInput {
  readonly #onFull: () => void;
  #onInput: ((bytes: Uint8Array) => void) | undefined;
  /** Bounded by `onFull`: then the terminal is paused, and the kernel holds the rest. */
  #kept: Uint8Array[] = [];
  #keptBytes = 0;

  /** @param onFull is called when too much is kept; pauses the terminal. */
  constructor(onFull: () => void) {
    this.#onFull = onFull;
  }

  /** Kept input comes first. The listener may end this while it gets that: the rest is kept. */
  listen(onInput: (bytes: Uint8Array) => void): void {
    this.#onInput = onInput;
    this.#keptBytes = 0;
    for (const bytes of this.#kept.splice(0)) this.deliver(bytes);
  }

  /** Keeps all further input, after `rest`, which was already read. */
  unlisten(rest: Uint8Array): void {
    this.#onInput = undefined;
    if (rest.byteLength === 0) return;
    this.#kept.unshift(copyBytes(rest));
    this.#keptBytes += rest.byteLength;
  }

  deliver(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    if (this.#onInput !== undefined) return this.#onInput(bytes);
    this.#kept.push(bytes);
    this.#keptBytes += bytes.byteLength;
    if (this.#keptBytes > MAX_KEPT_BYTES) this.#onFull();
  }
}
