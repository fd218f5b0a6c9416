/** Keeps what is typed while nobody listens. */
export class KeptInput {
  #onInput: ((bytes: Uint8Array) => void) | undefined;
  /** Nothing is read from a terminal that is paused; what was read is as little as a read. */
  #kept: Uint8Array[] = [];

  /** What was kept comes first. */
  listen(onInput: (bytes: Uint8Array) => void): void {
    this.#onInput = onInput;
    for (const bytes of this.#kept.splice(0)) this.deliver(bytes);
  }

  /** Keeps what comes from here on, after what has been read already and was for nobody yet. */
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
