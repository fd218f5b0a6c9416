const encoder = new TextEncoder();
// `ignoreBOM` means that a byte order mark is no mark here but text like any other, and stays.
const lossyDecoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of a string. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  return lossyDecoder.decode(bytes);
}

/** Text of UTF-8 bytes, or undefined when they are not UTF-8. */
export function decodeStrictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** UTF-8 bytes of a string, cut at a character border so that they fit into `maxBytes`. */
export function encodeUtf8Within(text: string, maxBytes: number): Uint8Array<ArrayBuffer> {
  const target = new Uint8Array(maxBytes);
  const { written } = encoder.encodeInto(text, target);
  return target.subarray(0, written);
}
