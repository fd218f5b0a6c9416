import { expect, test } from "bun:test";

import { decodeAttention, encodeAttention } from "../../src/protocol/attention.ts";

test("the wire shape is a flag and eight bytes of Unix seconds", () => {
  const payload = encodeAttention({ isWanted: true, lastAttachedAt: 0x0102n });
  expect(Buffer.from(payload).toString("hex")).toBe("010201000000000000");
  expect(decodeAttention(payload)).toEqual({ isWanted: true, lastAttachedAt: 0x0102n });
});

test("a longer reply is read, a shorter one is not", () => {
  const payload = encodeAttention({ isWanted: false, lastAttachedAt: 7n });
  expect(decodeAttention(Buffer.concat([payload, Buffer.from("more")]))).toEqual({
    isWanted: false,
    lastAttachedAt: 7n,
  });
  for (let cut = 0; cut < payload.length; cut++) {
    expect(decodeAttention(payload.subarray(0, cut))).toBeUndefined();
  }
});
