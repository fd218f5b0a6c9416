/** Keeps input while nobody listens. */
export class KeptInput {
  #onInput: ((bytes: Uint8Array) => void) | undefined;
  /** Bounded by how much is typed between two listeners, which follow each other at once. */
  #kept: Uint8Array[] = [];

  /** Kept input comes first. */
  listen(onInput: (bytes: Uint8Array) => void): void {
    this.#onInput = onInput;
    for (const bytes of this.#kept.splice(0)) this.deliver(bytes);
  }

  /** Keeps all further input, after `rest`, which was already read. */
  unlisten(rest: Uint8Array): void {
    this.#onInput = undefined;
    if (rest.byteLength > 0) this.#kept.unshift(rest.slice());
  }

  deliver(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    if (this.#onInput === undefined) this.#kept.push(bytes);
    else this.#onInput(bytes);
  }
}
