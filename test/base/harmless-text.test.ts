import { describe, expect, test } from "bun:test";

import {
  dropInvisible,
  isHarmless,
  makeHarmless,
  makeLinesHarmless,
} from "../../src/base/harmless-text.ts";

const HARMFUL: [what: string, char: string, shown: string][] = [
  ["ESC", "\x1b", "\\u001b"],
  ["BEL", "\x07", "\\u0007"],
  ["a line end", "\n", "\\n"],
  ["a carriage return", "\r", "\\r"],
  ["a tab", "\t", "\\t"],
  ["NUL", "\0", "\\u0000"],
  ["DEL", "\x7f", "\\u007f"],
  ["CSI as one character", "\x9b", "\\u009b"],
  ["a right-to-left override", "\u202e", "\\u202e"],
  ["an isolate", "\u2066", "\\u2066"],
  ["a right-to-left mark", "\u200f", "\\u200f"],
  ["an Arabic letter mark", "\u061c", "\\u061c"],
  ["a zero-width space", "\u200b", "\\u200b"],
  ["a zero-width joiner alone", "\u200d", "\\u200d"],
  ["a byte order mark", "\ufeff", "\\ufeff"],
  ["a soft hyphen", "\u00ad", "\\u00ad"],
  ["a word joiner", "\u2060", "\\u2060"],
  ["a Hangul filler", "\u3164", "\\u3164"],
  ["a variation selector alone", "\ufe0f", "\\ufe0f"],
  ["a line separator", "\u2028", "\\u2028"],
  ["a paragraph separator", "\u2029", "\\u2029"],
  ["an annotation anchor", "\ufff9", "\\ufff9"],
  ["half of a surrogate pair", "\ud83d", "\\ud83d"],
  ["a tag character", "\u{e0041}", "\\udb40\\udc41"],
];

const HARMLESS = [
  "",
  "plain ASCII ~!",
  "é ü ß ñ",
  "日本語 한국어 العربية हिन्दी ไทย",
  "e\u0301 combining",
  "\u00a0no-break",
  "👍🏽 ❤️ 👩‍💻 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ 🇩🇪",
  "\ue0b0 private use, as prompts have it",
  "back\\slash",
];

describe("text from outside", () => {
  for (const [what, char, shown] of HARMFUL) {
    test(`with ${what} is shown with an escape`, () => {
      expect(makeHarmless(`a${char}b`)).toBe(`a${shown}b`);
      expect(isHarmless(`a${char}b`)).toBe(false);
      expect(makeHarmless(makeHarmless(char))).toBe(shown);
    });
  }

  test("that people can read stays as it is", () => {
    for (const text of HARMLESS) {
      expect(makeHarmless(text)).toBe(text);
      expect(isHarmless(text)).toBe(true);
      expect(dropInvisible(text)).toBe(text);
    }
  });

  test("in JSON says the same as before", () => {
    const value = { text: HARMFUL.map(([, char]) => `a${char}b`).join(""), nested: ["👩‍💻\u200d"] };
    const json = makeLinesHarmless(JSON.stringify(value, undefined, 2));
    expect(JSON.parse(json)).toEqual(value);
    expect(isHarmless(json.replaceAll("\n", ""))).toBe(true);
  });

  test("in lines of our own keeps their ends, tabs and looks, and nothing else", () => {
    expect(makeLinesHarmless("\x1b[1;38:5:9mbold\x1b[m\ta\u202e\nnext\x1b[2J")).toBe(
      "\x1b[1;38:5:9mbold\x1b[m\ta\\u202e\nnext\\u001b[2J",
    );
  });

  test("in columns takes as many as before", () => {
    const line = "\x1b[1ma\u200bb\x1b[m\u202ec\u2028d\u3164e";
    const shown = dropInvisible(line);
    expect(shown).toBe("\x1b[1mab\x1b[mc\ufffdd\ufffd\ufffde");
    expect(Bun.stringWidth(shown)).toBe(Bun.stringWidth(line));
  });

  test("of any length takes time in proportion to it", () => {
    const long = "\u200b👩‍💻a".repeat(100_000);
    expect(makeHarmless(long).length).toBe(100_000 * ("\\u200b".length + "👩‍💻a".length));
  });
});
