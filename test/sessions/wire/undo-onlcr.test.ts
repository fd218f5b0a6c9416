import { expect, test } from "bun:test";

import { OnlcrUndo } from "../../../src/sessions/wire/undo-onlcr.ts";

const PRINTED = "a\nb\r\nc\r\r\n\n\n\r\rd\r";
/** The text as a terminal prints it: CR LF for each LF. */
const SENT = PRINTED.replaceAll("\n", "\r\n");

function undo(pieces: readonly string[]): string {
  const ends = new OnlcrUndo();
  const out = pieces.map((piece) => Buffer.from(ends.push(Buffer.from(piece))).toString());
  return out.join("") + Buffer.from(ends.flush()).toString();
}

test("each line feed is restored as printed, with the text cut at any two offsets", () => {
  for (let first = 0; first <= SENT.length; first++) {
    for (let second = first; second <= SENT.length; second++) {
      const pieces = [SENT.slice(0, first), SENT.slice(first, second), SENT.slice(second)];
      expect(undo(pieces)).toBe(PRINTED);
    }
  }
});

test("a line feed without a CR stays as it is", () => {
  expect(undo(["a\nb", "\n", "c"])).toBe("a\nb\nc");
});
