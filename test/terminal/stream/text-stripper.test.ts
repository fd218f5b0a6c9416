import { expect, test } from "bun:test";

import { TextStripper } from "../../../src/terminal/stream/text-stripper.ts";

function strip(...parts: (string | Uint8Array)[]): string {
  const stripper = new TextStripper();
  return parts.map((part) => stripper.push(Buffer.from(part))).join("") + stripper.end();
}

/** Output with every kind of sequence, and its text without them. */
const OUTPUT =
  "a\x1b[1;31mb\x1b[m\x1b]0;title\x07c\x1b]8;;http://x/\x1b\\d\x1b]8;;\x1b\\\x1bPq#1\x1b\\e\x1b_apc\x1b\\" +
  "\x1b^pm\x1b\\\x1bXsos\x1b\\f\x1b(B\x1b#8\x1b7\x1b=g\x9b1mh\x9d2;t\x9ci\x90q\x9cj\x85\x08\x07\x00\x7f\x0e" +
  "\tk\r\nl\r\r\nm\rn\r\x1b[Ko\u00e4€😀\x1b[3\x18p\x1b[3\n1mq\x1b]2;cut\x1b[mr\r";
const TEXT = "abcdefghij\tk\nl\nm\nn\no\u00e4€😀p\nqr\n";

test("only text, tabs and line feeds are left", () => {
  expect(strip(OUTPUT)).toBe(TEXT);
});

test("the result does not depend on where output is cut", () => {
  const bytes = Buffer.from(OUTPUT);
  for (let at = 0; at <= bytes.length; at++) {
    expect(strip(bytes.subarray(0, at), bytes.subarray(at))).toBe(TEXT);
  }
  expect(strip(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toBe(TEXT);
});

test("invalid UTF-8 becomes replacement characters, and control bytes inside it have no effect", () => {
  expect(strip(Uint8Array.of(0x61, 0xff, 0x9b, 0x62))).toBe("a\ufffd\ufffdb");
  expect(strip(Uint8Array.of(0x61, 0xe2, 0x82))).toBe("a\ufffd");
});

test("an unterminated string hides the output after it, and takes no memory", () => {
  const stripper = new TextStripper();
  expect(stripper.push(Buffer.from("a\x1b]0;"))).toBe("a");
  const part = Buffer.alloc(1 << 20, "x\n");
  for (let round = 0; round < 32; round++) expect(stripper.push(part)).toBe("");
  expect(JSON.stringify(stripper).length).toBeLessThan(200);
  expect(stripper.push(Buffer.from("\x07b"))).toBe("b");
});

test("no control character gets through, whatever the bytes are", () => {
  const stripper = new TextStripper();
  let seed = 7;
  const next = (): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) >> 8;
  for (let round = 0; round < 500; round++) {
    const bytes = Uint8Array.from({ length: 200 }, () => next() & 0xff);
    expect(stripper.push(bytes)).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
  }
});

test("a byte order mark is ordinary text, also at the very beginning", () => {
  expect(strip("\ufeffa\ufeff")).toBe("\ufeffa\ufeff");
});
