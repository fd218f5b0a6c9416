import type { Capture, TerminalBackend } from "../terminal/backend.ts";
import type { ModelFeed } from "./model-feed.ts";

/** Not for longer: a daemon that is left alone has no second copy of its scrollback in memory. */
const KEPT_MS = 1000;

/** The terminal's state as it was last written down; who asks again gets the same, while it holds. */
export class SnapshotCache {
  readonly #backend: TerminalBackend;
  readonly #model: ModelFeed;
  #revision = -1;
  #snapshot: Uint8Array | undefined;
  #preview: Uint8Array | undefined;
  #capture: { lines: number; capture: Capture } | undefined;
  #timer: Timer | undefined;

  constructor(backend: TerminalBackend, model: ModelFeed) {
    this.#backend = backend;
    this.#model = model;
  }

  /** As {@link TerminalBackend.snapshot}, with all output up to now. */
  snapshot(): Uint8Array {
    this.#refresh();
    return (this.#snapshot ??= this.#backend.snapshot());
  }

  /** As {@link TerminalBackend.preview}, likewise. */
  preview(): Uint8Array {
    this.#refresh();
    return (this.#preview ??= this.#backend.preview());
  }

  /** As {@link TerminalBackend.capture}, likewise. */
  capture(lines: number): Capture {
    this.#refresh();
    if (this.#capture?.lines !== lines) {
      this.#capture = { lines, capture: this.#backend.capture(lines) };
    }
    return this.#capture.capture;
  }

  /** Forgets what is kept. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#snapshot = undefined;
    this.#preview = undefined;
    this.#capture = undefined;
  }

  #refresh(): void {
    this.#model.catchUp();
    if (this.#revision !== this.#model.revision) this.clear();
    this.#revision = this.#model.revision;
    this.#timer ??= setTimeout(() => this.clear(), KEPT_MS);
  }
}
