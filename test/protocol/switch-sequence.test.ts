import { describe, expect, test } from "bun:test";

import cases from "../fixtures/keys-and-switch.json";
import { attachSwitchSequence, SwitchFilter } from "../../src/protocol/switch-sequence.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function run(chunks: readonly string[], filter = new SwitchFilter()): string {
  const shown = chunks.map((chunk) => Buffer.from(filter.push(bytesOf(chunk))));
  return Buffer.concat([...shown, filter.flush()]).toString("utf8");
}

test("the switch sequence has the bytes of the vectors", () => {
  for (const { target, hex } of cases.attachSwitchSequence) {
    expect(Buffer.from(attachSwitchSequence(target)).toString("hex")).toBe(hex);
  }
});

describe("the switch filter", () => {
  for (const { name, chunks, out, target } of cases.outputFilter) {
    test(name, () => {
      const filter = new SwitchFilter();
      expect(run(chunks, filter)).toBe(out);
      expect(filter.target ?? "").toBe(target);
    });
  }

  test("gives the same result for every cut of a long stream", () => {
    const text = `a\x1b[31m\x1b]633;B\x07\x1b]63\x1b\x1b${attachSwitchSequence("日本")}b\x1b]633;TSM_ATTACH=\x1bc`;
    const whole = run([text]);
    const bytes = bytesOf(text);
    for (let cut = 0; cut <= bytes.byteLength; cut++) {
      const filter = new SwitchFilter();
      const parts = [
        filter.push(bytes.slice(0, cut)),
        filter.push(bytes.slice(cut)),
        filter.flush(),
      ];
      expect(Buffer.concat(parts).toString("utf8")).toBe(whole);
      expect(filter.target).toBe("日本");
    }
  });

  test("drops a target that is refused, with its sequence", () => {
    const filter = new SwitchFilter((target) => target !== "../x");
    expect(run([attachSwitchSequence("../x"), "y", attachSwitchSequence("ok")], filter)).toBe("y");
    expect(filter.target).toBe("ok");
  });

  test("holds back no more than a name can be long", () => {
    const endless = "\x1b]633;TSM_ATTACH=" + "n".repeat(100_000);
    expect(run([endless])).toBe(endless);
    expect(new SwitchFilter().push(bytesOf(endless)).byteLength).toBe(endless.length);
  });

  test("passes bytes that are no text", () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const filter = new SwitchFilter();
    expect(Buffer.concat([filter.push(all), filter.flush()])).toEqual(Buffer.from(all));
  });
});

test("a name with a control character is in no sequence, which it would end", () => {
  for (const target of ["", "a\x07b", "\x1b]52;c;eA==", "a\nb", "\x7f"]) {
    expect(() => attachSwitchSequence(target)).toThrow("That name cannot be in a sequence");
  }
});
