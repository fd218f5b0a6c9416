import { expect, test } from "bun:test";

import {
  decodeStrictUtf8,
  decodeUtf8,
  encodeUtf8,
  encodeUtf8Within,
} from "../../src/protocol/utf8.ts";

test("text comes out as it went in, a byte order mark included", () => {
  for (const text of ["", "plain", "é日😀", "\ufeffwork", "\ufeff", "a\ufeffb"]) {
    expect(decodeUtf8(encodeUtf8(text))).toBe(text);
    expect(decodeStrictUtf8(encodeUtf8(text))).toBe(text);
  }
});

test("what is not UTF-8 is shown as such, or refused", () => {
  const bytes = Uint8Array.of(0x61, 0xff, 0x62);
  expect(decodeUtf8(bytes)).toBe("a\ufffdb");
  expect(decodeStrictUtf8(bytes)).toBeUndefined();
});

test("text is cut at a character's border", () => {
  expect(decodeUtf8(encodeUtf8Within("aé日", 5))).toBe("aé");
});
