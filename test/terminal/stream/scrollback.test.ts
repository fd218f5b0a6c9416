import { expect, test } from "bun:test";
import { Scrollback } from "../../../src/terminal/stream/scrollback.ts";
import { Random } from "../program.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test("the scrollback keeps everything until it is full, then the last bytes", () => {
  const scrollback = new Scrollback(8);
  scrollback.write(Buffer.from("abcde"));
  expect(text(scrollback.bytes())).toBe("abcde");
  scrollback.write(Buffer.from("fghij"));
  expect(text(scrollback.bytes())).toBe("cdefghij");
  scrollback.write(Buffer.from("0123456789"));
  expect(text(scrollback.bytes())).toBe("23456789");
});

test("the scrollback equals the end of everything written, however the writes were cut", () => {
  const random = new Random(7);
  for (let round = 0; round < 50; round++) {
    const size = 1 + random.below(200_000);
    const scrollback = new Scrollback(size);
    let all = Buffer.alloc(0);
    for (let i = 0; i < 20; i++) {
      const chunk = Buffer.alloc(random.below(60_000), 97 + random.below(26));
      scrollback.write(chunk);
      all = Buffer.concat([all, chunk]).subarray(-size);
    }
    expect(Buffer.compare(scrollback.bytes(), all)).toBe(0);
  }
});

test("the last lines are counted correctly with and without a line feed at the end", () => {
  const scrollback = new Scrollback(100);
  scrollback.write(Buffer.from("one\ntwo\nthree\n"));
  expect(scrollback.tailLines(2)).toBe("two\nthree\n");
  scrollback.write(Buffer.from("four"));
  expect(scrollback.tailLines(2)).toBe("three\nfour");
  expect(scrollback.tailLines(99)).toBe("one\ntwo\nthree\nfour");
  expect(scrollback.tailLines(0)).toBe("");
});

test("a scrollback of size zero keeps nothing", () => {
  const scrollback = new Scrollback(0);
  scrollback.write(Buffer.from("x"));
  expect(scrollback.bytes().length).toBe(0);
  expect(scrollback.tailLines(1)).toBe("");
});
