import { expect, test } from "bun:test";

import { SequenceFilter, type FilterPolicy } from "../../src/input/sequence-filter.ts";

const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** Takes `CSI … c` out, and holds every beginning. */
const TAKE_C: FilterPolicy = {
  takes: ({ bytes }) => textOf(bytes).endsWith("c"),
  holds: () => true,
};

test("sequences are taken out wherever the input is cut; all else passes in order", () => {
  const input = "a\x1b[1c\x1b[A\x1b]0;c\x07\x1b\x1b[2cb\x1b[200~\x1b[3c\x1b[201~\x1bOPc";
  const wanted = "a\x1b[A\x1b]0;c\x07\x1bb\x1b[200~\x1b[3c\x1b[201~\x1bOPc";
  for (let cut = 0; cut <= input.length; cut++) {
    const filter = new SequenceFilter();
    const out = [input.slice(0, cut), input.slice(cut)].map((part) =>
      textOf(filter.push(bytesOf(part), TAKE_C)),
    );
    expect(out.join("") + textOf(filter.flush())).toBe(wanted);
  }
});

test("what has been let pass is never taken out, doubled or held again", () => {
  const filter = new SequenceFilter();
  expect(textOf(filter.push(bytesOf("x\x1b["), TAKE_C))).toBe("x");
  expect(textOf(filter.flush())).toBe("\x1b[");
  expect(textOf(filter.push(bytesOf("6"), TAKE_C))).toBe("6");
  expect(filter.held.byteLength).toBe(0);
  expect(textOf(filter.push(bytesOf("c\x1b[6c"), TAKE_C))).toBe("c");
});
