import { HEADER_SIZE, MAX_PAYLOAD_SIZE, parseHeader } from "./frame.ts";
import type { Tag } from "./tags.ts";

/**
 * Receives one message. `payload` is only valid until the call returns: it may be a view of the
 * bytes that were pushed.
 */
export type MessageHandler = (tag: Tag, payload: Uint8Array) => void;

/** How much of a payload its receiver accepts. */
export interface PayloadLimit {
  /** More is never held in memory. */
  maxBytes: number;
  /**
   * The payload is a stream: a longer one comes as several messages, as its bytes come. Otherwise
   * the rest of a longer one is skipped.
   */
  isStream?: boolean;
}

/** A part of a stream is no longer, so that nobody is busy with it for long. */
const MAX_PART_BYTES = 64 * 1024;

const WHOLE: PayloadLimit = { maxBytes: MAX_PAYLOAD_SIZE };
const FIRST_BUFFER_SIZE = 4096;
const EMPTY = new Uint8Array(0);

/**
 * Cuts a byte stream into messages, in linear time. A message that lies whole in one chunk is
 * handed over without copying. One that is cut is gathered in a buffer that doubles as bytes come,
 * so memory follows what was really sent, never an announced length.
 */
export class FrameDecoder {
  readonly #limitOf: (tag: Tag) => PayloadLimit;
  readonly #headerBytes = new Uint8Array(HEADER_SIZE);
  #headerFilled = 0;
  /** Of the frame that is being read; undefined between two frames. */
  #tag: Tag | undefined;
  /** Bytes of its payload that were not handed over or skipped yet. */
  #left = 0;
  #isSkipping = false;
  #isRefused = false;
  #gathered = EMPTY;
  #gatheredLength = 0;

  constructor(limitOf: (tag: Tag) => PayloadLimit = () => WHOLE) {
    this.#limitOf = limitOf;
  }

  /** Whether a message was refused: once it may be handled, feed the rest, or nothing. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Memory used for an incomplete message. */
  get gatheredBytes(): number {
    return this.#gathered.byteLength;
  }

  /**
   * Feeds bytes, cut anywhere.
   * @param mayTake asked before each message; after a refusal, nothing more is handled.
   * @returns the bytes consumed; those after them have to be fed again.
   * @throws TsmError `bad-frame` on an announced length beyond the limit. No later border of that
   * stream can be trusted: the connection must be closed and the decoder dropped.
   */
  push(
    chunk: Uint8Array,
    onMessage: MessageHandler,
    mayTake: (tag: Tag) => boolean = () => true,
  ): number {
    let offset = 0;
    for (;;) {
      if (this.#tag === undefined) {
        offset += this.#takeHeader(chunk.subarray(offset));
        if (this.#tag === undefined) return offset;
      }
      if (this.#isSkipping) {
        offset += this.#skip(chunk.byteLength - offset);
        if (this.#left > 0) return offset;
        continue;
      }
      const tag = this.#tag;
      this.#isRefused = this.#gatheredLength === 0 && !mayTake(tag);
      if (this.#isRefused) return offset;
      const limit = this.#limitOf(tag);
      const wanted = this.#wantedBytes(limit, chunk.byteLength - offset);
      const part = chunk.subarray(offset, offset + wanted - this.#gatheredLength);
      offset += part.byteLength;
      const payload = this.#complete(part, wanted);
      if (payload === undefined) return offset;
      this.#left -= wanted;
      this.#isSkipping = this.#left > 0 && limit.isStream !== true;
      if (this.#left === 0) this.#tag = undefined;
      onMessage(tag, payload);
    }
  }

  #takeHeader(bytes: Uint8Array): number {
    const part = bytes.subarray(0, HEADER_SIZE - this.#headerFilled);
    this.#headerBytes.set(part, this.#headerFilled);
    this.#headerFilled += part.byteLength;
    if (this.#headerFilled === HEADER_SIZE) {
      const { tag, length } = parseHeader(this.#headerBytes);
      this.#tag = tag;
      this.#left = length;
      this.#headerFilled = 0;
    }
    return part.byteLength;
  }

  /** Bytes of the next message. */
  #wantedBytes({ maxBytes, isStream }: PayloadLimit, available: number): number {
    if (this.#left <= maxBytes || isStream !== true) return Math.min(this.#left, maxBytes);
    return Math.min(this.#left, MAX_PART_BYTES, Math.max(1, available));
  }

  #skip(available: number): number {
    const skipped = Math.min(this.#left, available);
    this.#left -= skipped;
    if (this.#left > 0) return skipped;
    this.#isSkipping = false;
    this.#tag = undefined;
    return skipped;
  }

  /** The payload gathered so far with its next part, once it is complete; undefined until then. */
  #complete(part: Uint8Array, wanted: number): Uint8Array | undefined {
    if (part.byteLength === wanted) return part;
    this.#gather(part, wanted);
    if (this.#gatheredLength < wanted) return undefined;
    const payload = this.#gathered.subarray(0, wanted);
    this.#gathered = EMPTY;
    this.#gatheredLength = 0;
    return payload;
  }

  #gather(part: Uint8Array, wanted: number): void {
    const needed = this.#gatheredLength + part.byteLength;
    if (needed > this.#gathered.byteLength) {
      const doubled = Math.max(FIRST_BUFFER_SIZE, needed, this.#gathered.byteLength * 2);
      const grown = new Uint8Array(Math.min(doubled, wanted));
      grown.set(this.#gathered.subarray(0, this.#gatheredLength));
      this.#gathered = grown;
    }
    this.#gathered.set(part, this.#gatheredLength);
    this.#gatheredLength = needed;
  }
}
