import { TsmError } from "../base/errors.ts";
import type { Tag } from "./tags.ts";

/** Bytes before the payload: tag u8, payload length u32 little-endian. */
export const HEADER_SIZE = 5;

/** The longest payload, 16 MiB. A longer announced length is refused before memory is taken. */
export const MAX_PAYLOAD_SIZE = 16 * 1024 * 1024;

export interface Header {
  tag: Tag;
  /** Payload length in bytes, at most {@link MAX_PAYLOAD_SIZE}. */
  length: number;
}

/**
 * Writes a header into `target` at `offset`; the payload follows directly.
 * @throws TsmError `bad-frame` when the payload would be too long.
 */
export function writeHeader(target: Uint8Array, offset: number, tag: Tag, length: number): void {
  checkLength(length);
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  view.setUint8(offset, tag);
  view.setUint32(offset + 1, length, true);
}

/**
 * Reads a header from the first {@link HEADER_SIZE} bytes.
 * @throws TsmError `bad-frame` when there are fewer, or when the announced payload is too long.
 */
export function parseHeader(bytes: Uint8Array): Header {
  if (bytes.byteLength < HEADER_SIZE) {
    throw new TsmError("bad-frame", `header too short: ${bytes.byteLength} < ${HEADER_SIZE}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_SIZE);
  const length = view.getUint32(1, true);
  checkLength(length);
  return { tag: view.getUint8(0), length };
}

/** A header alone, as sent before a payload of `length` bytes. */
export function marshalHeader(header: Header): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE);
  writeHeader(bytes, 0, header.tag, header.length);
  return bytes;
}

/** Header and payload as one new buffer. */
export function marshalMessage(
  tag: Tag,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(HEADER_SIZE + payload.byteLength);
  writeHeader(message, 0, tag, payload.byteLength);
  message.set(payload, HEADER_SIZE);
  return message;
}

function checkLength(length: number): void {
  if (length > MAX_PAYLOAD_SIZE) {
    throw new TsmError("bad-frame", `payload too long: ${length} > ${MAX_PAYLOAD_SIZE}`);
  }
}
