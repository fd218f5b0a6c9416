import { KeyScanner } from "../../input/key-scanner.ts";
import { controlKey } from "../../input/key-table.ts";
import { PASTE_REST_MS, SEQUENCE_REST_MS } from "../../input/rest-time.ts";
import type { InputEvent } from "../input/input-event.ts";
import { KeyParser } from "../input/key-parser.ts";

/** Keys typed before the first list wait for it, but not longer than this. */
const HOLD_KEYS_MS = 1500;

interface TypedInputListener {
  onEvent(event: InputEvent): void;
  /** All events that were ready have been delivered. */
  onBatchEnd(): void;
  /** Ctrl+C was typed while keys were held. */
  onInterrupt(): void;
  /** Runs work that a timer began, and handles its errors. */
  guard(work: () => void): void;
}

/** Terminal input as events, with the time limits that decide what an unfinished sequence is. */
export class TypedInput {
  readonly #listener: TypedInputListener;
  readonly #parser = new KeyParser();
  /** Ctrl+C acts also while other keys wait for the list. */
  readonly #interrupt = new KeyScanner({ interrupt: controlKey("c") });
  readonly #holdTimer: Timer;
  #areKeysHeld = true;
  #restTimer: Timer | undefined;
  #pasteTimer: Timer | undefined;
  #isStopped = false;

  constructor(listener: TypedInputListener) {
    this.#listener = listener;
    this.#holdTimer = setTimeout(() => this.release(), HOLD_KEYS_MS);
  }

  receive(bytes: Uint8Array): void {
    clearTimeout(this.#restTimer);
    clearTimeout(this.#pasteTimer);
    this.#parser.push(bytes);
    if (this.#isStopped) return; // it is the next program's
    if (!this.#areKeysHeld) return this.#deliver();
    if (this.#interrupt.push(bytes).action !== undefined) this.#listener.onInterrupt();
  }

  /** Delivers the keys that were held for the first list; later ones are delivered at once. */
  release(): void {
    if (!this.#areKeysHeld || this.#isStopped) return;
    this.#areKeysHeld = false;
    clearTimeout(this.#holdTimer);
    this.#listener.guard(() => this.#deliver());
  }

  /** Input as it was received and not delivered: it belongs to the next program. */
  takeRest(): Uint8Array {
    return this.#parser.takeRest();
  }

  /** Delivers nothing from now on. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#restTimer);
    clearTimeout(this.#pasteTimer);
    clearTimeout(this.#holdTimer);
  }

  #deliver(): void {
    for (let event = this.#parser.next(); event !== undefined; event = this.#parser.next()) {
      this.#listener.onEvent(event);
      if (this.#isStopped) return;
    }
    if (this.#parser.isWaiting) {
      this.#restTimer = setTimeout(
        () => this.#deliverLate(() => this.#parser.flush()),
        SEQUENCE_REST_MS,
      );
    }
    if (this.#parser.isInPaste) {
      const endPaste = (): InputEvent => this.#parser.endPaste();
      this.#pasteTimer = setTimeout(() => this.#deliverLate(endPaste), PASTE_REST_MS);
    }
    this.#listener.onBatchEnd();
  }

  #deliverLate(takeEvent: () => InputEvent | undefined): void {
    this.#listener.guard(() => {
      const event = takeEvent();
      if (event === undefined) return;
      this.#listener.onEvent(event);
      this.#listener.onBatchEnd();
    });
  }
}
