import { expect } from "bun:test";

import { FrameDecoder } from "../../src/protocol/decoder.ts";
import { marshalMessage } from "../../src/protocol/frame.ts";

export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

export interface Received {
  tag: number;
  hex: string;
}

/** Feeds a stream in pieces that end at the given offsets. */
export function decode(stream: Uint8Array, cuts: readonly number[]): Received[] {
  const decoder = new FrameDecoder();
  const received: Received[] = [];
  let from = 0;
  for (const to of [...cuts, stream.byteLength]) {
    decoder.push(stream.slice(from, to), (tag, payload) =>
      received.push({ tag, hex: toHex(payload) }),
    );
    from = to;
  }
  expectBetweenMessages(decoder);
  return received;
}

/** Nothing of an earlier message is left: the next one is read from its first byte. */
export function expectBetweenMessages(decoder: FrameDecoder): void {
  const tags: number[] = [];
  decoder.push(marshalMessage(9), (tag) => tags.push(tag));
  expect(tags).toEqual([9]);
}
