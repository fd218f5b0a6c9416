import { KeyScanner, type ControlKey, type KeyAction } from "./keys.ts";

/** The rest of a key's bytes comes at once, if at all. */
const KEY_REST_MS = 50;
/** A paste that stops for so long has lost its end. */
const PASTE_REST_MS = 3000;

export interface TypedKeysEvents {
  /** Input for the session. */
  onInput(bytes: Uint8Array): void;
  /** A key of the client; `rest` was typed behind it. */
  onKey(action: KeyAction, rest: Uint8Array): void;
  /** Whether something has been typed that has not been read. */
  hasInput(): boolean;
}

/** Parts what is typed into the client's own keys and the session's input, also by the clock. */
export class TypedKeys {
  readonly #scanner: KeyScanner;
  readonly #events: TypedKeysEvents;
  #keyTimer: Timer | undefined;
  #pasteTimer: Timer | undefined;

  constructor(keys: Readonly<Partial<Record<KeyAction, ControlKey>>>, events: TypedKeysEvents) {
    this.#scanner = new KeyScanner(keys);
    this.#events = events;
  }

  push(bytes: Uint8Array): void {
    clearTimeout(this.#keyTimer);
    const { forward, action, rest } = this.#scanner.push(bytes);
    this.#events.onInput(forward);
    if (action !== undefined) return this.#events.onKey(action, rest);
    if (this.#scanner.isHolding) {
      this.#keyTimer = setTimeout(() => this.#events.onInput(this.#scanner.flush()), KEY_REST_MS);
    }
    this.#watchPaste();
  }

  /** The end of a paste does not come any more. */
  endPaste(): void {
    this.#scanner.endPaste();
  }

  close(): void {
    clearTimeout(this.#keyTimer);
    clearTimeout(this.#pasteTimer);
  }

  /** Without its end a paste would be all that is typed from then on, the keys that leave included. */
  #watchPaste(): void {
    clearTimeout(this.#pasteTimer);
    if (!this.#scanner.isInPaste) return;
    this.#pasteTimer = setTimeout(() => {
      // The session may be slow to take it.
      if (this.#events.hasInput()) this.#watchPaste();
      else this.#scanner.endPaste();
    }, PASTE_REST_MS);
  }
}
