import { expect, test } from "bun:test";

import { Attention } from "../../src/daemon/attention.ts";
import { decodeAttention } from "../../src/protocol/attention.ts";

test("a call is kept until somebody attaches", () => {
  let isWatched = false;
  const attention = new Attention(() => isWatched);
  expect(decodeAttention(attention.encode())).toEqual({ isWanted: false, lastAttachedAt: 0n });
  attention.call();
  expect(decodeAttention(attention.encode())).toEqual({ isWanted: true, lastAttachedAt: 0n });
  isWatched = true;
  attention.noteLook();
  const facts = decodeAttention(attention.encode());
  expect(facts?.isWanted).toBe(false);
  expect(Number(facts?.lastAttachedAt)).toBeWithin(Date.now() / 1000 - 60, Date.now() / 1000 + 1);
});

test("an attached client has heard the call", () => {
  const attention = new Attention(() => true);
  attention.call();
  expect(decodeAttention(attention.encode())?.isWanted).toBe(false);
});
