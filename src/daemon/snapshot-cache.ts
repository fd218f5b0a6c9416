import { marshalMessage } from "../protocol/frame.ts";
import { inPayloads } from "../protocol/payloads.ts";
import { Tag } from "../protocol/tags.ts";
import type { SnapshotHeader } from "../protocol/watch.ts";
import type { TerminalBackend } from "../terminal/backend.ts";
import type { ModelFeed } from "./model-feed.ts";

/** Not for longer: a daemon that is left alone has no second copy of its scrollback in memory. */
const KEPT_MS = 1000;
/** A state goes out in frames of this size: a client that takes nothing loses all but one of them. */
const FRAME_BYTES = 64 * 1024;

/** Frames of Output that bring a terminal to a state. They never change, so that many may share them. */
export type StateFrames = readonly Uint8Array[];

export interface CapturedState {
  header: SnapshotHeader;
  frames: StateFrames;
}

/** The terminal's state as it was last written down; who asks again gets the same, while it holds. */
export class SnapshotCache {
  readonly #backend: TerminalBackend;
  readonly #model: ModelFeed;
  #revision = -1;
  #snapshot: StateFrames | undefined;
  #preview: Uint8Array | undefined;
  #capture: { lines: number; state: CapturedState } | undefined;
  #timer: Timer | undefined;

  constructor(backend: TerminalBackend, model: ModelFeed) {
    this.#backend = backend;
    this.#model = model;
  }

  /** What {@link TerminalBackend.snapshot} gives, with all output up to now. */
  snapshot(): StateFrames {
    this.#refresh();
    return (this.#snapshot ??= framesOf(this.#backend.snapshot()));
  }

  /** As {@link TerminalBackend.preview}, likewise. */
  preview(): Uint8Array {
    this.#refresh();
    return (this.#preview ??= this.#backend.preview());
  }

  /** What {@link TerminalBackend.capture} gives, likewise. */
  capture(lines: number): CapturedState {
    this.#refresh();
    if (this.#capture?.lines !== lines) {
      const { bytes, ...facts } = this.#backend.capture(lines);
      const header = { ...facts, byteLength: bytes.byteLength };
      this.#capture = { lines, state: { header, frames: framesOf(bytes) } };
    }
    return this.#capture.state;
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

function framesOf(bytes: Uint8Array): StateFrames {
  return [...inPayloads(bytes, FRAME_BYTES)].map((part) => marshalMessage(Tag.Output, part));
}
