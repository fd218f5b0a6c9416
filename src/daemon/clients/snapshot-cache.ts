import type { TerminalBackend } from "../../terminal/backend.ts";
import type { SnapshotPieces } from "../../terminal/backend.ts";
import type { ModelFeed } from "../terminal/model-feed.ts";

/** Kept no longer than this, so that an idle daemon does not hold its scrollback twice. */
const KEPT_MS = 1000;

/**
 * The terminal's state as it was last written down; it is used again as long as nothing
 * has changed. Archived lines are not copied for that.
 */
export class SnapshotCache {
  readonly #backend: TerminalBackend;
  readonly #model: ModelFeed;
  #revision = -1;
  #preview: Uint8Array | undefined;
  #capture: { lines: number; pieces: SnapshotPieces } | undefined;
  #timer: Timer | undefined;

  constructor(backend: TerminalBackend, model: ModelFeed) {
    this.#backend = backend;
    this.#model = model;
  }

  /** As {@link TerminalBackend.preview}, with all output up to now. */
  preview(): Uint8Array {
    this.#refresh();
    return (this.#preview ??= this.#backend.preview());
  }

  /** As {@link TerminalBackend.openCapture}, likewise. */
  capture(lines: number): SnapshotPieces {
    this.#refresh();
    if (this.#capture?.lines !== lines) {
      this.#capture = { lines, pieces: this.#backend.openCapture(lines) };
    }
    return this.#capture.pieces;
  }

  /** Drops the cached state. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
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
