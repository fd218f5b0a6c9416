import { HEADER_SIZE, parseHeader, type Header } from "./frame.ts";
import type { Tag } from "./tags.ts";

/**
 * Receives one message. `payload` is only valid until the call returns: it may be a view of the
 * bytes that were pushed.
 */
export type MessageHandler = (tag: Tag, payload: Uint8Array) => void;

const FIRST_BUFFER_SIZE = 4096;

/**
 * Cuts a byte stream into messages, in linear time. A message that lies whole in one chunk is
 * handed over without copying. One that is cut is gathered in a buffer that doubles as bytes come,
 * so memory follows what was really sent, never an announced length.
 */
export class FrameDecoder {
  readonly #headerBytes = new Uint8Array(HEADER_SIZE);
  #headerFilled = 0;
  #header: Header | undefined;
  #gathered = new Uint8Array(0);
  #gatheredLength = 0;

  /** Whether the stream stands between two messages, so that it may end here. */
  get isAtBorder(): boolean {
    return this.#headerFilled === 0 && this.#header === undefined;
  }

  /**
   * Feeds bytes, cut anywhere.
   * @throws TsmError `bad-frame` on an announced length beyond the limit. No later border of that
   * stream can be trusted: the connection must be closed and the decoder dropped.
   */
  push(chunk: Uint8Array, onMessage: MessageHandler): void {
    let offset = 0;
    while (offset < chunk.byteLength) {
      if (this.#header === undefined) {
        offset += this.#takeHeader(chunk.subarray(offset));
        if (this.#header === undefined) return;
      }
      offset += this.#takePayload(this.#header, chunk.subarray(offset), onMessage);
    }
  }

  #takeHeader(bytes: Uint8Array): number {
    const part = bytes.subarray(0, HEADER_SIZE - this.#headerFilled);
    this.#headerBytes.set(part, this.#headerFilled);
    this.#headerFilled += part.byteLength;
    if (this.#headerFilled === HEADER_SIZE) {
      this.#header = parseHeader(this.#headerBytes);
      this.#headerFilled = 0;
    }
    return part.byteLength;
  }

  #takePayload(header: Header, bytes: Uint8Array, onMessage: MessageHandler): number {
    const part = bytes.subarray(0, header.length - this.#gatheredLength);
    if (part.byteLength === header.length) {
      this.#header = undefined;
      onMessage(header.tag, part);
      return part.byteLength;
    }
    this.#gather(part, header.length);
    if (this.#gatheredLength === header.length) {
      const payload = this.#gathered.subarray(0, header.length);
      this.#header = undefined;
      this.#gathered = new Uint8Array(0);
      this.#gatheredLength = 0;
      onMessage(header.tag, payload);
    }
    return part.byteLength;
  }

  #gather(part: Uint8Array, wholeLength: number): void {
    const needed = this.#gatheredLength + part.byteLength;
    if (needed > this.#gathered.byteLength) {
      const doubled = Math.max(FIRST_BUFFER_SIZE, needed, this.#gathered.byteLength * 2);
      const grown = new Uint8Array(Math.min(doubled, wholeLength));
      grown.set(this.#gathered.subarray(0, this.#gatheredLength));
      this.#gathered = grown;
    }
    this.#gathered.set(part, this.#gatheredLength);
    this.#gatheredLength = needed;
  }
}
