/**
 * A copy of bytes, or of a part of them. `bytes.slice()` is none where the bytes are a Buffer, as those
 * of a socket and of the library's callers are: that one shares their memory.
 */
export function copyBytes(bytes: Uint8Array, start = 0, end?: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.subarray(start, end));
}
