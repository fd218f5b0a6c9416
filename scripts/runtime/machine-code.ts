export type Arch = "x64" | "arm64";

const JUMP_BYTES = { x64: 5, arm64: 4 } as const;

/** One jump from an address to another one. @throws Error when none leads so far. */
export function jump(arch: Arch, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(JUMP_BYTES[arch]);
  if (arch === "x64") {
    bytes.writeUInt8(0xe9);
    bytes.writeInt32LE(to - (from + bytes.byteLength), 1);
    return bytes;
  }
  const words = (to - from) / 4;
  if (!Number.isInteger(words) || Math.abs(words) >= 1 << 25) {
    throw new Error(`no branch leads from ${from.toString(16)} to ${to.toString(16)}`);
  }
  bytes.writeUInt32LE((0x14000000 | (words & 0x3ffffff)) >>> 0);
  return bytes;
}

/** Texts, each ended by a NUL. */
export function texts(all: readonly string[]): Buffer {
  return Buffer.from(all.map((text) => `${text}\0`).join(""));
}

/** Instructions in the order in which they stand in memory. x64 as bytes in hex, arm64 as words. */
export function instructions(code: readonly (string | number)[]): Buffer {
  const bytes = code.map((it) => {
    if (typeof it === "string") return Buffer.from(it, "hex");
    const word = Buffer.alloc(4);
    word.writeUInt32LE(it);
    return word;
  });
  return Buffer.concat(bytes);
}
