import { KeyScanner } from "../input/key-scanner.ts";
import { PASTE_REST_MS, SEQUENCE_REST_MS } from "../input/rest-time.ts";
import type { AttachKeys, KeyAction } from "./keys.ts";

export interface TypedKeysEvents {
  /** Input for the session. */
  onInput(bytes: Uint8Array): void;
  /** A key of the client; `rest` was typed after it. */
  onKey(action: KeyAction, rest: Uint8Array): void;
  /** Whether something has been typed that has not been read. */
  hasInput(): boolean;
}

/** Separates the client's own keys from the session's input, with time limits for unfinished sequences. */
export class TypedKeys {
  readonly #scanner: KeyScanner<KeyAction>;
  readonly #events: TypedKeysEvents;
  #restTimer: Timer | undefined;
  #pasteTimer: Timer | undefined;

  constructor(keys: AttachKeys, events: TypedKeysEvents) {
    this.#scanner = new KeyScanner(keys);
    this.#events = events;
  }

  push(bytes: Uint8Array): void {
    clearTimeout(this.#restTimer);
    const { forward, action, rest } = this.#scanner.push(bytes);
    this.#events.onInput(forward);
    if (action !== undefined) return this.#events.onKey(action, rest);
    if (this.#scanner.isHolding) {
      const release = (): void => this.#events.onInput(this.#scanner.flush());
      this.#restTimer = setTimeout(release, SEQUENCE_REST_MS);
    }
    this.#watchPaste();
  }

  /** Ends a paste whose end mark is lost. */
  endPaste(): void {
    this.#scanner.endPaste();
  }

  close(): void {
    clearTimeout(this.#restTimer);
    clearTimeout(this.#pasteTimer);
  }

  /** Without an end mark, all further input would count as pasted, including the key that detaches. */
  #watchPaste(): void {
    clearTimeout(this.#pasteTimer);
    if (!this.#scanner.isInPaste) return;
    this.#pasteTimer = setTimeout(() => {
      // The session may be slow to accept the paste.
      if (this.#events.hasInput()) this.#watchPaste();
      else this.#scanner.endPaste();
    }, PASTE_REST_MS);
  }
}
