import { describe, expect, test } from "bun:test";

import { SequenceBorder } from "../../../src/terminal/stream/sequence-border.ts";

function bordersOf(text: string, cut: (length: number) => number[]): boolean[] {
  const bytes = Buffer.from(text);
  const border = new SequenceBorder();
  const found: boolean[] = [];
  let from = 0;
  for (const to of [...cut(bytes.byteLength), bytes.byteLength]) {
    border.push(bytes.subarray(from, to));
    found.push(border.isAtBorder);
    from = to;
  }
  return found;
}

/** Cut after every byte. */
const everywhere = (length: number): number[] =>
  Array.from({ length: length - 1 }, (_, i) => i + 1);

describe("a border between sequences", () => {
  const whole = [
    "plain text",
    "\x1b[31m",
    "\x1b[38;2;1;2;3m",
    "\x1b7",
    "\x1b(B",
    "\x1b]0;title\x07",
    "\x1b]0;title\x1b\\",
    "\x1b]52;c;AAAA\x07",
    "\x1bP+q544e\x1b\\",
    "\x1b_Gf=24;AAAA\x1b\\",
    "日本語",
    "é",
    "\u{1f600}",
    "\x1b]0;given up\x18",
    "\x1b[3\x18",
  ];
  for (const sequence of whole) {
    test(`is after ${JSON.stringify(sequence)} and nowhere inside`, () => {
      const found = bordersOf(sequence, everywhere);
      expect(found.at(-1)).toBe(true);
      if (sequence !== "plain text" && sequence !== "日本語") {
        expect(found.slice(0, -1)).not.toContain(true);
      }
      for (const text of [`text${sequence}`, `${sequence}text`, `\x1b[1m${sequence}\x1b[m`]) {
        expect(bordersOf(text, () => [])).toEqual([true]);
        expect(bordersOf(text, everywhere).at(-1)).toBe(true);
      }
    });
  }

  test("is between multi-byte characters", () => {
    expect(bordersOf("日本", everywhere)).toEqual([false, false, true, false, false, true]);
  });

  test("is not inside a long string, however it is cut", () => {
    const text = `\x1b]52;c;${"A".repeat(100_000)}`;
    const border = new SequenceBorder();
    for (let at = 0; at < text.length; at += 4096) {
      border.push(Buffer.from(text.slice(at, at + 4096)));
      expect(border.isAtBorder).toBe(false);
    }
    border.push(Buffer.from("\x1b"));
    expect(border.isAtBorder).toBe(false);
    border.push(Buffer.from("\\"));
    expect(border.isAtBorder).toBe(true);
  });

  test("is the same however the stream is cut", () => {
    const text = whole.join(" ");
    const byByte = bordersOf(text, everywhere);
    for (let size = 2; size < 40; size++) {
      const cuts = everywhere(Buffer.byteLength(text)).filter((at) => at % size === 0);
      const found = bordersOf(text, () => cuts);
      expect(found).toEqual([...cuts, byByte.length].map((at) => byByte[at - 1] === true));
    }
  });
});
