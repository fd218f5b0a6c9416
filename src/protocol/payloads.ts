import { MAX_PAYLOAD_SIZE } from "./frame.ts";

/** Bytes of any length in pieces that fit into frames; one empty piece when there are none. */
export function* inPayloads(
  bytes: Uint8Array,
  maxBytes: number = MAX_PAYLOAD_SIZE,
): Generator<Uint8Array> {
  for (let from = 0; from < bytes.byteLength || from === 0; from += maxBytes) {
    yield bytes.subarray(from, from + maxBytes);
  }
}
